// A fault of ours: the order is refused and leads to the status page, which says what is disturbed; once it is over the payer is told,
// once, and pays the order that was kept. Somebody whom it did not hit is told nothing.

import assert from 'node:assert/strict';

import { inLanguage, seen, walk } from './browser.mjs';
import { awake, base, control, order, payer, payerAsks, signInLink, staff, until } from './stage.mjs';
import { GOODS, payTwice } from './walks.mjs';

/** What staff write of planned maintenance, in every language. */
const WRITTEN = {
  title: { 'zh-Hans': '银联夜间维护', 'zh-Hant': '銀聯夜間維護', en: 'UnionPay at night' },
  text: {
    'zh-Hans': '银联升级系统，银行卡付款会停一小时。\n可以改用余额或支付宝。',
    'zh-Hant': '銀聯升級系統，銀行卡付款將暫停一小時。\n可改用餘額或支付寶。',
    en: 'UnionPay updates its systems; cards rest for an hour.\nYour balance and Alipay work.',
  },
};

const created = async (path, body) => {
  const answer = await staff('POST', path, body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
};

walk('an incident stops an order, and its payer is told when it is over', async (page, lang) => {
  await awake();
  const [who, spared] = [await payer(90_000), await payer(90_000)];
  // In business time, which the demo has moved on.
  const now = Date.parse((await control('GET', '/clock')).now);
  const [from, to] = [24, 25].map((hours) => new Date(now + hours * 3_600_000).toISOString());
  const planned = await created('/v1/announcements', { kind: 'planned_maintenance', scope: 'unionpay', from, to, ...WRITTEN });
  const incident = await created('/v1/incidents', { scope: 'platform', code: 'database' });

  let stands = true;
  const over = async () => {
    if (!stands) return;
    stands = false;
    assert.equal((await staff('POST', `/v1/incidents/${incident.id}/end`)).status, 200);
  };
  try {
    const refused = await order(who, who.alipay, GOODS[0], 8_800);
    assert.equal(refused.status, 503);
    await page.goto(inLanguage(await signInLink(who.account), lang));
    await page.locator('form[action="/sign-in"] button').click();
    await page.goto(inLanguage(refused.cashier.replace('?', '/result?'), lang));
    await seen(page, 'refusal-outage', lang, GOODS);
    await page.locator('main a[href="/status"]').first().click();
    await page.waitForURL(/\/status/);
    const written = [WRITTEN.title[lang], ...WRITTEN.text[lang].split('\n')];
    await seen(page, 'status-disturbed', lang, written);
    assert.equal(await page.locator('.card.alert').count(), 1);
    assert.equal(await page.locator('meta[http-equiv=refresh]').count(), 1, 'it looks again by itself');
    const feed = await page.locator('head link[rel=alternate][type="application/atom+xml"]').getAttribute('href');
    const told = await (await fetch(new URL(feed, base))).text();
    assert.ok(told.includes('http://www.w3.org/2005/Atom') && told.includes(WRITTEN.title[lang]), told);

    const file = (await staff('GET', `/v1/incidents/${incident.id}`)).body;
    assert.deepEqual([file.hit_count, file.hits.map((hit) => hit.payment)], [1, [refused.id]]);
    await over();
    const notices = (one) => payerAsks(one, 'GET', `/v1/accounts/${one.account}/incident-notices`);
    await until('the notice', async () => (await notices(who)).find((notice) => notice.told_at !== null));
    assert.deepEqual(await notices(spared), []);

    await page.goto(inLanguage(`${base}/status`, lang));
    await page.waitForSelector('.mark.done');
    await seen(page, 'status-well', lang, written);
    await page.locator('main a[href="/notices"]').click();
    await page.waitForURL(/\/notices/);
    await seen(page, 'notice-open', lang, GOODS);
    await page.locator('main a[href^="/cashier/"]').first().click();
    await payTwice(page);
    await page.waitForSelector('.mark.done');
    await page.goto(inLanguage(`${base}/notices`, lang));
    await seen(page, 'notice-settled', lang, GOODS);
    assert.equal(await page.locator('main a[href^="/cashier/"]').count(), 0);
    assert.equal((await staff('POST', `/v1/incidents/${incident.id}/end`)).status, 404, 'it has ended once');
    assert.equal((await notices(who)).length, 1);
    assert.equal((await staff('POST', `/v1/announcements/${planned.id}/withdraw`)).status, 200);
  } finally {
    // What stands would stop every walk after this one.
    await over();
  }
});
