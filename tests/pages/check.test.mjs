// The page that looks at a device: healthy; offline, behind a blocker, with a wrong clock, with damaged data. It sends nothing
// before it is told to.

import assert from 'node:assert/strict';

import { inLanguage, seen, walk } from './browser.mjs';
import { base } from './stage.mjs';

/** What the page has sent of the device. */
function reports(page) {
  const sent = [];
  page.on('request', (request) => {
    if (request.url().includes('/v1/device-reports')) sent.push(JSON.parse(request.postData()));
  });
  return sent;
}

async function examined(page) {
  await page.locator('#check').evaluate((main) => delete main.dataset.done);
  await page.locator('#begin').click();
  await page.waitForSelector('#check[data-done]', { timeout: 60_000 });
}

async function standing(page, name) {
  return page.locator(`[data-check="${name}"]`).getAttribute('data-state');
}

/** Sends what was measured; the causes are in the order of the answer. */
async function sent(page) {
  const answered = page.waitForResponse((response) => response.url().includes('/v1/device-reports'));
  await page.locator('#send').click();
  const told = await (await answered).json();
  await page.waitForSelector('#said h2');
  return told.causes.map((cause) => cause.id);
}

walk('a healthy device is checked, and nothing is sent before that is wanted', async (page, lang) => {
  const posted = reports(page);
  await page.goto(inLanguage(`${base}/check`, lang));
  await seen(page, 'check', lang);
  await examined(page);
  for (const name of ['online', 'clock', 'storage', 'addresses']) assert.equal(await standing(page, name), 'ok', name);
  assert.equal(posted.length, 0, 'measuring sends nothing');
  const shown = JSON.parse(await page.locator('#report').textContent());
  assert.deepEqual(await sent(page), []);
  assert.equal(posted.length, 1);
  assert.deepEqual(Object.keys(posted[0]).sort(), Object.keys(shown).sort(), 'what was shown is what was sent');
  await seen(page, 'check-done', lang, Object.keys(shown));
});

walk('a blocker, damaged data and a wrong clock are named', async (page, lang) => {
  const settings = async () => JSON.parse(await page.locator('#check').getAttribute('data-settings'));
  await page.goto(inLanguage(`${base}/check`, lang));
  const [partner] = (await settings()).partners;
  await examined(page);
  await page.context().route(`${partner}/**`, (route) => route.abort());
  await examined(page);
  assert.equal(await standing(page, 'addresses'), 'bad');
  assert.deepEqual(await sent(page), ['device.background_interference']);
  await seen(page, 'check-blocked', lang);
  await page.context().unroute(`${partner}/**`);
  await page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem('tantu.configuration'));
    localStorage.setItem('tantu.configuration', JSON.stringify({ ...kept, text: kept.text.replace('terms', 'tarms') }));
  });
  await examined(page);
  assert.equal(await standing(page, 'storage'), 'bad');
  assert.deepEqual(await sent(page), ['app.cache_corrupt']);
  await examined(page);
  assert.equal(await standing(page, 'storage'), 'ok', 'fresh settings were fetched');
  await page.evaluate(() => {
    const Right = Date;
    globalThis.Date = class extends Right {
      constructor(...parts) {
        super(...(parts.length ? parts : [Right.now() + 3_600_000]));
      }
      static now() {
        return Right.now() + 3_600_000;
      }
    };
  });
  await examined(page);
  assert.equal(await standing(page, 'clock'), 'bad');
  assert.deepEqual(await sent(page), ['device.clock_skew']);
});

walk('a device that is offline says so, and reports later', async (page, lang) => {
  await page.goto(inLanguage(`${base}/check`, lang));
  await page.context().setOffline(true);
  await examined(page);
  assert.equal(await standing(page, 'online'), 'bad');
  await seen(page, 'check-offline', lang);
  await page.locator('#send').click();
  await page.waitForFunction(() => !document.getElementById('send').disabled);
  await page.context().setOffline(false);
  assert.deepEqual(await sent(page), ['network.unstable'], 'what was lost is reported afterwards');
});
