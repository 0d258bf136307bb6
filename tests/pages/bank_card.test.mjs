// A bank card is bound step by step, a wrong number on the way; it pays ¥300 with the bank's code, and is let go.

import assert from 'node:assert/strict';

import { inLanguage, seen, walk } from './browser.mjs';
import { base, control, newest, order, payer, payment, signInLink, staff, texts } from './stage.mjs';
import { paid } from './walks.mjs';

const GOODS = ['一床棉被'];

walk('binding a bank card', async (page, lang) => {
  const who = await payer();
  const card = await control('POST', '/cards', { bank: 'haian', kind: 'debit' });
  await page.goto(await signInLink(who.account));
  await page.locator('form[action="/sign-in"] button').click();
  await page.goto(inLanguage(`${base}/cards`, lang));
  await seen(page, 'cards-none', lang);
  await page.locator('form[action="/cards/bind"] button').click();
  await page.waitForURL(/\/cards\/bindings\//);
  await seen(page, 'card-terms', lang);
  await page.locator('form[action$="/terms"] button').click();
  await page.waitForSelector('input[name=card_no]');
  await seen(page, 'card-details', lang);
  for (const [name, keyboard] of [['card_no', 'numeric'], ['phone', 'tel'], ['cvn', 'numeric'], ['expiry', 'numeric']]) {
    assert.equal(await page.locator(`input[name=${name}]`).getAttribute('inputmode'), keyboard, name);
  }
  const give = async (number) => {
    await page.fill('input[name=name]', card.name);
    await page.fill('input[name=document_no]', card.certificate_number);
    await page.fill('input[name=card_no]', number);
    await page.fill('input[name=phone]', card.phone);
    await page.locator('form[action$="/details"] button').click();
  };
  const last = card.number.at(-1);
  await give(card.number.slice(0, -1) + (last === '0' ? '1' : '0'));
  await page.waitForSelector('[role=alert]');
  await seen(page, 'card-number-wrong', lang);
  let before = (await texts(card.phone)).length;
  await give(card.number.replace(/(\d{4})(?=\d)/g, '$1 '));
  await page.waitForSelector('input[name=code]');
  await seen(page, 'card-code', lang);
  const shown = await page.locator('main').textContent();
  assert.ok(!shown.includes(card.phone) && shown.includes(card.phone.slice(-4)), 'the phone is shown with its middle hidden');
  assert.equal(await page.locator('input[name=code]').getAttribute('inputmode'), 'numeric');
  await page.fill('input[name=code]', await newest(card.phone, before));
  await page.locator('form[action$="/code"] button').click();
  await page.waitForSelector('.mark.done');
  await seen(page, 'card-bound', lang);
  await page.goto(inLanguage(`${base}/cards`, lang));
  await seen(page, 'cards-one', lang);

  const account = (await staff('GET', `/v1/accounts/${who.account}`)).body;
  const instrument = account.instruments.find((one) => one.card).id;
  before = (await texts(card.phone)).length;
  const made = await order(who, instrument, GOODS[0], 30_000);
  const cashier = new URL(made.cashier);
  await page.goto(inLanguage(`${cashier.origin}${cashier.pathname}/result${cashier.search}`, lang));
  await seen(page, 'bank-code', lang, GOODS);
  assert.equal((await payment(made.id)).state, 'requires_action');
  await page.fill('input[name=code]', await newest(card.phone, before));
  await page.locator('form[action*="/bank-code?"] button').click();
  await paid(page, { id: made.id }, lang, 'bank-code-paid', 1, GOODS);

  const again = await order(who, instrument, GOODS[0], 36_000);
  const second = new URL(again.cashier);
  await page.goto(inLanguage(`${second.origin}${second.pathname}/result${second.search}`, lang));
  await page.locator('details summary').first().click();
  await page.locator('form[action*="/bank-code/missing"] button').last().click();
  await page.waitForSelector('.mark.open');
  await seen(page, 'bank-code-missing', lang, GOODS);

  await page.goto(inLanguage(`${base}/cards`, lang));
  await page.locator('form[action$="/switch"] button').click();
  await seen(page, 'cards-switched-off', lang);
  await page.locator('.entry details summary').click();
  await page.locator('form[action$="/unbind"] button').click();
  await page.waitForURL(/\/cards$/);
});
