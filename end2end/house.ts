// What every spec stands on: a page that fails on any console message of error or warning, and axe.
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { recall } from "./where.mjs";

export const house = () => recall() as { base: string; ops: string; sandbox: string; setup: string; folder: string; pid: number };
export const ADMIN = { name: "周敏", password: "correct horse 服务台" };
export const STATE = "../target/end2end-state/admin.json";

/** Answers that a test provokes on purpose; Chromium reports each of them on the console. */
type Expected = { allow: (status: number) => void };

export const test = base.extend<{ expected: Expected }>({
  expected: async ({ page }, use) => {
    const allowed = new Set<number>();
    const said: string[] = [];
    page.on("console", (message) => {
      if (!["error", "warning"].includes(message.type())) return;
      const status = Number(message.text().match(/status of (\d{3})/)?.[1] ?? 0);
      if (!allowed.has(status)) said.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => said.push(`uncaught: ${error.message}`));
    await use({ allow: (status) => allowed.add(status) });
    expect(said, "nothing on the console").toEqual([]);
  },
  baseURL: async ({}, use) => use(house().base),
});

/** Opens a page and waits until its islands are awake, and its gallery. */
export async function visit(page: Page, path: string) {
  const response = await page.goto(path);
  await page.waitForFunction(() => document.documentElement.dataset.hydrated === "true");
  await page.waitForFunction(() => !document.querySelector("form#zip, [data-older]") || document.documentElement.dataset.gallery === "true");
  return response;
}

/** axe finds nothing at all. */
export async function axe(page: Page) {
  const found = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const lines = found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  expect(lines, `axe on ${page.url()}`).toEqual([]);
}

/** Nothing is wider than the window. */
export async function fits(page: Page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, `${page.url()} scrolls sideways`).toBeLessThanOrEqual(0);
}

/** The person's own language, as the button of the frame sets it. Once there is one it goes before the browser's cookie, for all specs to come. */
export async function speak(page: Page, lang: "zh" | "en") {
  await page.request.post("/preferences", { form: { lang, back: "/shortcuts" }, headers: { origin: house().base } });
  await visit(page, "/shortcuts");
  await expect(page.locator("html")).toHaveAttribute("lang", lang === "zh" ? "zh-CN" : "en");
}

export { expect };
