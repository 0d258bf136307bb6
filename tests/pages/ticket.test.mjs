// Alipay refuses and gives no reason that anybody here could remove: a person is asked, who has all that is known before him.
// What is secret in the payer's words is taken out. When Alipay has put it right, the order is paid and the ticket is solved.

import assert from 'node:assert/strict';

import { inLanguage, seen, walk } from './browser.mjs';
import { control, order, payer, signInLink, staff } from './stage.mjs';
import { GOODS, payTwice } from './walks.mjs';

const SECRETS = ['6222021234567894', '482913'];
const words = `卡号${SECRETS[0]}，验证码是${SECRETS[1]}`;

walk('a person is asked, and what is paid is solved', async (page, lang) => {
  const who = await payer(90_000);
  const fault = { channel: 'alipay', call: 'alipay.trade.pay', what: 'refused', sub_code: 'ACQ.USER_LOGONID_DUP', buyer: who.buyer, times: null };
  const { id: scripted } = await control('POST', '/faults', fault);
  const refused = await order(who, who.alipay, GOODS[0], 8_800);
  assert.equal(refused.status, 402);
  await page.goto(inLanguage(await signInLink(who.account), lang));
  await page.locator('form[action="/sign-in"] button').click();
  await page.goto(refused.cashier.replace('?', '/result?'));
  await seen(page, 'refusal-support', lang, GOODS);

  await page.locator('.steps a[href*="/ticket"]').first().click();
  await seen(page, 'ticket-ask', lang, GOODS);
  await page.locator('textarea[name=text]').fill(words);
  await page.locator('form[action*="/ticket"] button[type=submit]').click();
  await page.waitForURL(/\/tickets\/tkt_/);
  const shown = await page.content();
  for (const secret of SECRETS) assert.ok(!shown.includes(secret), `${secret} is kept`);
  await seen(page, 'ticket-waiting', lang, [...GOODS, '卡号****7894，验证码是****']);

  const ticket = new URL(page.url()).pathname.split('/')[2];
  const answer = 'Alipay 95188';
  const answered = await staff('POST', `/v1/tickets/${ticket}/messages`, { text: answer });
  assert.equal(answered.status, 201, JSON.stringify(answered.body));
  await page.goto(inLanguage(page.url().split('?')[0].replace(/#.*/, ''), lang));
  await seen(page, 'ticket-answered', lang, [...GOODS, answer, '卡号****7894，验证码是****']);

  await control('DELETE', `/faults/${scripted}`);
  await page.locator('a[href*="/result"]').first().click();
  await payTwice(page, '.steps button[form]');
  await page.waitForSelector('.mark.done');
  await page.goto(inLanguage(`${new URL(page.url()).origin}/tickets/${ticket}`, lang));
  await seen(page, 'ticket-solved', lang, [...GOODS, answer, '卡号****7894，验证码是****']);
  const solved = await staff('GET', `/v1/tickets/${ticket}`);
  assert.equal(solved.body.state, 'solved');
  await page.goto(inLanguage(`${new URL(page.url()).origin}/tickets`, lang));
  await seen(page, 'tickets', lang, GOODS);
});
