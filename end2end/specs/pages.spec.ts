// Every page, in both languages and both looks: answers 200, has one h1, says nothing on the console, and axe finds nothing.
import type { Page } from "@playwright/test";
import { axe, expect, fits, house, test, visit } from "../house";
import { PAGES, details } from "../pages";

/** Texts and names for screen readers in which Chinese punctuation stands between Latin letters. */
const strangers = (page: Page) =>
  page.evaluate(() => {
    const mixed = /[A-Za-z0-9)]\s*[，。：；（）「」、]|[，。：；（）「」、]\s*[A-Za-z]/;
    const said: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) said.push(walker.currentNode.nodeValue ?? "");
    for (const one of document.querySelectorAll("[aria-label], [aria-valuetext], [alt], [placeholder], [title]")) {
      for (const name of ["aria-label", "aria-valuetext", "alt", "placeholder", "title"]) said.push(one.getAttribute(name) ?? "");
    }
    return said.filter((text) => mixed.test(text));
  });

for (const lang of ["zh", "en"]) {
  for (const theme of ["light", "dark"]) {
    test(`every page, ${lang}, ${theme}`, async ({ page, context, expected }) => {
      test.setTimeout(240_000);
      const url = house().base;
      await context.addCookies([{ name: "lang", value: lang, url }, { name: "theme", value: theme, url }]);
      for (const path of [...PAGES, ...(await details(page))]) {
        const response = await visit(page, path);
        expect(response?.status(), path).toBe(200);
        await expect(page.locator("h1"), path).toHaveCount(1);
        expect(await page.locator("html").getAttribute("lang")).toBe(lang === "zh" ? "zh-CN" : "en");
        expect(await page.title(), path).toMatch(lang === "zh" ? /服务台$/ : /wxdesk$/);
        await axe(page);
        await fits(page);
        if (lang === "en") expect(await strangers(page), `${path} parts English with Chinese punctuation`).toEqual([]);
      }
    });
  }
}

test("a page that is not there and a page that is not allowed say so", async ({ page, expected }) => {
  expected.allow(404);
  const response = await visit(page, "/nothing-here");
  expect(response?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("没有这个页面");
  await axe(page);
});

test("wasm and glue stay small", async ({ page, request }) => {
  const boot = await (async () => {
    await visit(page, "/tokens");
    return page.locator('script[type="module"]').getAttribute("src");
  })();
  const base = boot!.replace(/boot\.js$/, "pkg/");
  let total = 0;
  for (const name of ["wxdesk.js", "wxdesk_bg.wasm"]) {
    const answer = await request.fetch(base + name, { headers: { "accept-encoding": "br" } });
    expect(answer.status()).toBe(200);
    expect(answer.headers()["cache-control"]).toContain("immutable");
    total += Number(answer.headers()["content-length"]);
  }
  console.log(`wasm and glue: ${total} bytes with brotli`);
  expect(total).toBeLessThanOrEqual(90_000);
});
