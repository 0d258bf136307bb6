// One Chromium for a file of tests, with a fresh browser for each walk in each language; and `seen`, which checks a page
// and keeps its pictures. A walk goes on past a page with faults, and names them all at its end.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';

import { chromium } from 'playwright-core';

import { faults } from './checker.mjs';
import { MERCHANT } from './stage.mjs';

export const LANGS = ['zh-Hans', 'zh-Hant', 'en'];
const LOCALES = { 'zh-Hans': 'zh-CN', 'zh-Hant': 'zh-TW', en: 'en-GB' };
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let browser;
after(async () => browser?.close());

/** A fresh phone browser that prefers a language. What the page itself complains about is kept. */
export async function phone(lang) {
  browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ARGUMENTS });
  // Without motion: a colour that is still changing is neither of the two that it changes between.
  const context = await browser.newContext({ locale: LOCALES[lang], viewport: PHONE, reducedMotion: 'reduce' });
  // A style sheet to look at before it is built.
  const style = process.env.PAGES_STYLE;
  if (style) await context.route('**/style.css*', (route) => route.fulfill({ path: style, contentType: 'text/css' }));
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => {
    // A page that says no does so with a status; the browser repeats it on its console.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) page.complaints.push(message.text());
  });
  return page;
}

/** A walk in each language, in a browser of its own. Pages with faults fail it at its end. */
export function walk(name, steps) {
  for (const lang of LANGS) {
    test(`${name}, in ${lang}`, async () => {
      const page = await phone(lang);
      page.faults = [];
      try {
        await steps(page, lang);
      } finally {
        if (page.faults.length) console.log(`${name}, in ${lang}:\n  ${page.faults.join('\n  ')}`);
        await page.context().close();
      }
      assert.deepEqual([...page.faults, ...page.complaints], []);
    });
  }
}

/** The address in a language: what the language switch does. */
export function inLanguage(address, lang) {
  const url = new URL(address);
  url.searchParams.set('lang', lang);
  return url.href;
}

/** Checks the page in light and in darkness with all folds open, and keeps pictures of it: phone, desk, dark, unfolded. */
export async function seen(page, name, lang, data = []) {
  const known = [MERCHANT, ...data];
  await picture(page, PHONE, `${name}.${lang}.phone`);
  await picture(page, DESKTOP, `${name}.${lang}.desktop`);
  await page.setViewportSize(PHONE);
  const folds = await page.evaluate(() => {
    const all = [...document.querySelectorAll('details:not([open])')];
    for (const fold of all) fold.open = true;
    return all.length;
  });
  const found = await faults(page, lang, known);
  if (folds) await picture(page, PHONE, `${name}.${lang}.unfolded`);
  await page.emulateMedia({ colorScheme: 'dark' });
  found.push(...(await faults(page, lang, known)).map((fault) => `in the dark ${fault}`).filter((fault) => /contrast|focus/.test(fault)));
  await picture(page, PHONE, `${name}.${lang}.dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll('details[open]')) fold.open = false;
  });
  page.faults.push(...new Set(found.map((fault) => `${name}: ${fault}`)));
}

async function picture(page, size, name) {
  await page.setViewportSize(size);
  if (process.env.PAGES_SHOTS) await page.screenshot({ path: path.join(process.env.PAGES_SHOTS, `${name}.png`), fullPage: true });
}
