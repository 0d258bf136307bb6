// The holder's own pages: who he is, verified step by step; his limits; and what stands against his account, with an appeal.

import assert from 'node:assert/strict';

import { LANGS, inLanguage, seen, walk } from './browser.mjs';
import { base, control, newest, order, signInLink, staff, stranger, texts } from './stage.mjs';

const GOODS = ['一台收音机'];

const enter = async (page, who) => {
  await page.goto(await signInLink(who.account));
  await page.locator('form[action="/sign-in"] button').click();
};

walk('the identity', async (page, lang) => {
  const sorted = (one, other) => (one.certificate_number < other.certificate_number ? -1 : 1);
  const { name, certificate_number: document, phones: [phone] } = (await control('GET', '/people')).toSorted(sorted)[LANGS.indexOf(lang) + 5];
  const who = await stranger();
  const made = await order(who, who.wallet, GOODS[0], 8_800);
  assert.equal(made.status, 402);
  await enter(page, who);
  const cashier = new URL(made.cashier);
  await page.goto(inLanguage(`${cashier.origin}${cashier.pathname}/result${cashier.search}`, lang));
  await page.locator('a[href^="/identity"]').first().click();
  await seen(page, 'identity-none', lang, [name[0]]);
  const verify = page.locator('form[action^="/identity?"]').first();
  await verify.locator('input[name=name]').fill(name);
  await verify.locator('input[name=document]').fill(document.slice(0, 17) + (document.endsWith('1') ? '2' : '1'));
  await verify.locator('button').click();
  await seen(page, 'identity-form', lang, [name[0]]);
  const again = page.locator('form[action^="/identity?"]').first();
  await again.locator('input[name=name]').fill(name);
  await again.locator('input[name=document]').fill(document);
  await again.locator('button').click();
  await seen(page, 'identity-verified', lang, [name[0]]);
  const before = (await texts(phone)).length;
  await page.fill('input[name=phone]', phone);
  await page.locator('form[action^="/identity/phone"] button').click();
  await page.waitForSelector('input[name=digits]');
  await seen(page, 'identity-code', lang, [name[0]]);
  await page.fill('input[name=digits]', await newest(phone, before));
  await page.locator('form[action^="/identity/phone/code"] button').click();
  await seen(page, 'identity-bound', lang, [name[0]]);
  await page.locator('a[href^="/cashier/"]').first().click();
  assert.match(page.url(), /\/result/);
  await page.goto(inLanguage(`${base}/limits`, lang));
  await seen(page, 'identity-limits', lang);
});

walk('the appeal', async (page, lang) => {
  const who = await stranger();
  await enter(page, who);
  await page.goto(inLanguage(`${base}/cases`, lang));
  await seen(page, 'cases-none', lang);
  const { status } = await staff('POST', `/v1/accounts/${who.account}/restrict`, { reason: 'terms_of_use' });
  assert.equal(status, 200);
  await page.goto(inLanguage(`${base}/cases`, lang));
  await seen(page, 'case-restricted', lang);
  await page.fill('textarea[name=text]', 'I took the app from a shop by mistake.\nIt is gone now.');
  await page.fill('textarea[name=evidence]', 'order 4711\nreceipt 12');
  await page.locator('form[action^="/cases/"] button').last().click();
  await seen(page, 'case-appealed', lang, ['I took the app from a shop by mistake.', 'It is gone now.', 'order', 'receipt']);
  assert.equal(await page.locator('textarea[name=text]').count(), 0, 'a case is appealed against once');
});
