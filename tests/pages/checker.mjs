// What every page must be, whatever it says: named and in a language, within a small screen, usable by finger and by
// keyboard, legible. It returns what is wrong as sentences; that it can find anything is shown by checker.test.mjs.

/** The narrowest screen on which nothing may stick out. */
export const NARROW = { width: 360, height: 740 };
const SMALLEST_TARGET = 44;
const CHINESE = /[\u3400-\u9fff]/u;

/** Everything that is wrong with a page; `data` are names and goods that no page translates. */
export async function faults(page, lang, data = []) {
  const before = page.viewportSize();
  await page.setViewportSize(NARROW);
  const found = [...(await page.evaluate(look, { lang, smallest: SMALLEST_TARGET })), ...(await words(page, lang, data))];
  found.push(...(await keyboard(page)));
  if (before) await page.setViewportSize(before);
  return found;
}

async function words(page, lang, data) {
  const text = await page.evaluate(() => {
    const copy = document.body.cloneNode(true);
    copy.querySelectorAll('[lang]').forEach((other) => other.remove());
    return copy.textContent;
  });
  const found = [];
  const gap = /\{\w*\}|undefined|\bnull\b|\bNaN\b|\[object/.exec(text);
  if (gap) found.push(`a label has an unfilled place: ${text.slice(Math.max(0, gap.index - 30), gap.index + 40)}`);
  const own = data.reduce((left, known) => left.replaceAll(known, ''), text);
  if (lang === 'en' && CHINESE.test(own)) found.push(`an English page says ${own.match(/.{0,20}[\u3400-\u9fff]+/u)?.[0]}`);
  if (lang !== 'en' && !CHINESE.test(own)) found.push('a Chinese page has no Chinese word');
  return found;
}

/** Tab must reach each control, and show where it is. */
async function keyboard(page) {
  const wanted = await page.evaluate(() => {
    document.activeElement?.blur();
    window.scrollTo(0, 0);
    const open = 'a[href], button, select, summary, textarea, input:not([type=hidden])';
    const groups = new Set();
    let number = 0;
    for (const control of document.querySelectorAll(open)) {
      if (control.disabled || !control.checkVisibility()) continue;
      // Of a group of radio buttons, Tab reaches one and the arrows the others.
      if (control.type === 'radio') {
        if (groups.has(control.name)) continue;
        groups.add(control.name);
      }
      control.dataset.wanted = String((number += 1));
      if (control.type === 'radio') for (const other of document.getElementsByName(control.name)) other.dataset.wanted = String(number);
    }
    return number;
  });
  const reached = new Set();
  const found = [];
  for (let press = 0; press < wanted + 3 && reached.size < wanted; press += 1) {
    await page.keyboard.press('Tab');
    const now = await page.evaluate(() => {
      const at = document.activeElement;
      if (!at || at === document.body) return null;
      const shows = (element) => {
        const style = element && getComputedStyle(element);
        return Boolean(style) && style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2;
      };
      const box = at.getBoundingClientRect();
      const hidden = box.width < 4 || box.height < 4;
      const visible = hidden ? shows(at.closest('label')) || shows(at.closest('label')?.parentElement) : shows(at);
      return { number: at.dataset.wanted ?? '', visible, name: (at.textContent || at.name || '').trim().slice(0, 40) };
    });
    if (!now) continue;
    reached.add(now.number);
    if (!now.visible) found.push(`focus cannot be seen on “${now.name}”`);
  }
  if (reached.size < wanted) found.push(`the keyboard reaches ${reached.size} of ${wanted} controls`);
  await page.evaluate(() => document.activeElement?.blur());
  return found;
}

/** Runs in the page. */
function look({ lang, smallest }) {
  const found = [];
  const root = document.documentElement;
  const said = (element) => (element.textContent || element.getAttribute('aria-label') || element.tagName).trim().replace(/\s+/g, ' ').slice(0, 40);
  if (root.lang !== lang) found.push(`the page's language is “${root.lang}”, not ${lang}`);
  if (!document.title.trim()) found.push('the page has no title');
  if (!document.querySelector('meta[name=viewport]')) found.push('the page does not fit itself to a phone');
  if (document.querySelectorAll('h1').length !== 1) found.push(`the page has ${document.querySelectorAll('h1').length} first headings`);
  if (!document.querySelector('main')) found.push('the page has no main part');
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.body.querySelectorAll('*')].find((element) => element.getBoundingClientRect().right > root.clientWidth + 1);
    found.push(`the page is ${root.scrollWidth} px wide on ${root.clientWidth}: ${wide ? said(wide) : '?'}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  if (new Set(ids).size !== ids.length) found.push('two elements have the same id');

  for (const control of document.querySelectorAll('a[href], button, select, summary, textarea, input:not([type=hidden])')) {
    if (!control.checkVisibility()) continue;
    const label = control.labels?.[0];
    const name = control.getAttribute('aria-label') || label?.textContent || (control.tagName === 'INPUT' ? '' : control.textContent);
    if (!name?.trim()) found.push(`a ${control.tagName.toLowerCase()} has no name`);
    const box = (['radio', 'checkbox'].includes(control.type) && label ? label : control).getBoundingClientRect();
    if (box.width < smallest - 0.5 || box.height < smallest - 0.5) {
      found.push(`“${said(control)}” is only ${Math.round(box.width)} × ${Math.round(box.height)} px`);
    }
  }
  for (const element of document.querySelectorAll('h1, h2, h3, dt, dd, button, legend, summary, label, p:not([aria-hidden])')) {
    if (element.checkVisibility() && !element.textContent.trim() && !element.querySelector('button, a, form')) {
      found.push(`an empty ${element.tagName.toLowerCase()} is shown`);
    }
  }
  found.push(...squeezed(), ...illegible());
  return found;

  /** Texts so narrow that a line holds only a letter or two. */
  function squeezed() {
    const thin = [];
    for (const element of document.body.querySelectorAll('*')) {
      for (const node of element.childNodes) {
        const text = node.nodeType === Node.TEXT_NODE ? node.data.trim() : '';
        if (text.length < 6 || !element.checkVisibility() || element.closest('.unseen, code')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
        const few = /[\u3400-\u9fff]/.test(text) ? 4 : 7;
        if (lines >= 3 && text.length / lines < few) thin.push(`“${text.slice(0, 40)}” is squeezed into ${lines} lines`);
      }
    }
    return thin;
  }

  /** Texts whose contrast is below WCAG 2.2 AA. A control that is switched off is exempt there. */
  function illegible() {
    const faint = [];
    const parse = (text) => {
      const parts = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
      return { rgb: parts.slice(0, 3), alpha: parts[3] ?? 1 };
    };
    const light = (rgb) => {
      const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const { rgb, alpha } = parse(getComputedStyle(at).backgroundColor);
        if (alpha === 1) return rgb;
      }
      return [255, 255, 255];
    };
    for (const element of document.body.querySelectorAll('*')) {
      const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      if (!own || !element.checkVisibility() || element.closest('[disabled]')) continue;
      const style = getComputedStyle(element);
      const size = Number.parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const [a, b] = [light(parse(style.color).rgb), light(behind(element))].sort((x, y) => y - x);
      const contrast = (a + 0.05) / (b + 0.05);
      if (contrast < (large ? 3 : 4.5)) faint.push(`“${said(element)}” has a contrast of ${contrast.toFixed(1)}`);
    }
    return faint;
  }
}
