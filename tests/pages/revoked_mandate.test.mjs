// The mandate is withdrawn: the way out asks for the payer, he signs on the channel's own page, comes back and pays.

import assert from 'node:assert/strict';

import { seen, walk } from './browser.mjs';
import { control, order, payer, revoke, sandbox } from './stage.mjs';
import { DEMO, GOODS, meet, paid, payTwice, signIn } from './walks.mjs';

const SIGN = '.choice.blocked button[form]';

walk('the revoked mandate', async (page, lang) => {
  const met = await meet(page, lang, DEMO.revoked, async () => {
    const who = await payer();
    await revoke(who);
    return { who, order: await order(who, who.alipay, GOODS[1], 6_600) };
  });
  await seen(page, 'cashier-revoked', lang, GOODS);
  assert.equal(await page.locator('.choice:not(.blocked)').count(), 0, 'nothing can pay this yet');
  await page.locator(SIGN).last().click();
  await signIn(page, met, lang, 'sign-in-mandate');

  // First he changes his mind at Alipay, and comes back as he went.
  await page.locator(SIGN).last().click();
  await onAlipay(page);
  await page.locator('button[value=cancel]').click();
  await page.locator('a[href*="/mandates/"]').click();
  await page.waitForSelector('.mark.stop');
  await seen(page, 'mandate-unsigned', lang);
  await page.locator('a[href*="/cashier/"]').click();

  // He signs with an Alipay account that nobody else in the sandbox has used up, limited or closed.
  const { buyer_id: buyer } = await control('POST', '/alipay/buyers', { balance: 30_000 });
  await page.locator(SIGN).last().click();
  await onAlipay(page);
  await page.locator('select[name=buyer_id]').selectOption(buyer);
  await page.locator('button[value=agree]').click();
  await page.waitForSelector('.mark.done');
  await seen(page, 'mandate-signed', lang);
  await page.locator('main a[href*="/cashier/"]').click();

  const alipay = page.locator('.choice:not(.blocked)');
  assert.equal(await alipay.count(), 1, 'the mandate can pay now');
  await seen(page, 'cashier-signed', lang, GOODS);
  await alipay.locator('label').click();
  await payTwice(page);
  await paid(page, met, lang, 'paid-mandate', 1);
});

/** The channel's own page: what is on it is the sandbox's, but that it can be pressed is what counts. */
async function onAlipay(page) {
  await page.waitForSelector('button[value=agree]');
  assert.notEqual(new URL(page.url()).origin, new URL(sandbox).origin, 'the gateway is not the control');
  assert.match(await page.locator('button[value=agree]').innerText(), /同意并签约/);
}
