// The wallet is short: it is greyed with its reason, Alipay is offered, and two clicks pay once.

import assert from 'node:assert/strict';

import { seen, walk } from './browser.mjs';
import { balanceOf, order, payer } from './stage.mjs';
import { DEMO, GOODS, meet, paid, payTwice } from './walks.mjs';

walk('the short wallet', async (page, lang) => {
  let buyer;
  const met = await meet(page, lang, DEMO.short, async () => {
    const who = await payer();
    buyer = who.buyer;
    return { who, order: await order(who, who.wallet, GOODS[0], 12_300) };
  });
  await seen(page, 'cashier-short', lang, GOODS);
  const wallet = page.locator('.choice.blocked');
  assert.equal(await wallet.count(), 1);
  assert.ok(await wallet.locator('input').isDisabled());
  assert.ok((await wallet.locator('.reason').innerText()).trim());
  const why = wallet.locator('.reason a').last();
  await why.click();
  await seen(page, 'refusal-short', lang, GOODS);
  await page.goBack();
  const alipay = page.locator('.choice:not(.blocked)');
  await alipay.locator('label').click();
  assert.ok(await alipay.locator('input').isChecked());
  await payTwice(page);
  await paid(page, met, lang, 'paid-short', 1);
  if (buyer) assert.equal(await balanceOf(buyer), 30_000 - 12_300);
});
