// A batch that is watched: receipts that come after its end, the row of the list, and what nobody knows, decided by a person; in both
// languages.
import { type Page } from "@playwright/test";
import { axe, expect, fits, house, speak, test, visit } from "../house";
import { draft } from "../pages";

const WORDS = {
  zh: {
    send: (count: number) => `发送给 ${count} 人`, done: "已完成", unsure: "有不确定", again: "重发 3 人", confirm: /^重发 3 人$/, delivered: "标记为已送达",
    failed: "标记为未送达", mark: /^标记 \d 人$/, marked: "已把 3 人标记为已送达", sent: "正在重发 3 人", sending: "发送中", history: "在记录里看",
    out: (count: number) => `导出 ${count} 人 CSV`, rules: "保存", csv: "导出 CSV",
  },
  en: {
    send: (count: number) => `Send to ${count} recipients`, done: "Done", unsure: "Some uncertain", again: "Send to 3 again", confirm: /^Send to 3 again$/,
    delivered: "Mark as delivered", failed: "Mark as not delivered", mark: /^Mark \d$/, marked: "Marked 3 as delivered", sent: "Sending to 3 again",
    sending: "Sending", history: "See in the history", out: (count: number) => `Export ${count} as CSV`, rules: "Save", csv: "Export CSV",
  },
};
const SEND = "/cgi-bin/message/template/send";

async function send(page: Page, count: number, label: string) {
  await draft(page, count);
  const anyway = page.getByLabel(/^(仍然发送|Send anyway)/);
  if (await anyway.count()) await anyway.check();
  await page.getByRole("button", { name: label }).click();
  await expect(page).toHaveURL(/\/batches\/[0-9a-f]+$/);
  return new URL(page.url()).pathname;
}

/** Whether a call that was not answered is left to a person at once. */
async function ask(page: Page, on: boolean, save: string) {
  await visit(page, "/batches/rules");
  await page.locator("input[name=ask_unsure]").setChecked(on);
  await page.getByRole("button", { name: save, exact: true }).click();
  await expect(page.locator("input[name=ask_unsure]")).toBeChecked({ checked: on });
}

// What other specs find is the language they began with.
test.afterEach(({ page }) => speak(page, "zh"));

for (const lang of ["zh", "en"] as const) {
  test(`receipts that come late are seen on the page and in the list, ${lang}`, async ({ page, request, context, expected }) => {
    test.setTimeout(90_000);
    const { sandbox } = house();
    const w = WORDS[lang];
    await speak(page, lang);
    await request.put(`${sandbox}/sandbox/dials`, { data: { path: SEND, delay_ms: 1000, receipt_late_ms: 8000 } });
    const batch = await send(page, 6, w.send(6));
    const list = await context.newPage();
    await visit(list, "/batches");
    const row = list.locator("tbody tr", { has: list.locator(`a[href="${batch}"]`) });
    const mark = await list.evaluate(() => (window.name = "not loaded again"));
    // Nothing is loaded by hand from here on.
    await expect(page.locator(".page-head .badge")).toHaveText(w.done, { timeout: 40_000 });
    await expect(page.locator(".tallies dd").first()).toHaveText("0");
    await axe(page);
    await expect(page.locator(".tallies dd").first()).toHaveText("6", { timeout: 30_000 });
    await expect(row.locator(".badge")).toHaveText(w.done);
    await expect(row.locator("td.num").first()).toContainText("6 / 6", { timeout: 15_000 });
    expect(await list.evaluate(() => window.name)).toBe(mark);
    await axe(list);
    await fits(list);
    await request.put(`${sandbox}/sandbox/dials`, { data: {} });
  });

  test(`what nobody knows is decided by a person, ${lang}`, async ({ page, request, context, expected }) => {
    test.setTimeout(120_000);
    const { sandbox } = house();
    const w = WORDS[lang];
    await speak(page, lang);
    await ask(page, true, w.rules);
    const uncertain = async () => {
      await request.put(`${sandbox}/sandbox/dials`, { data: { path: SEND, cut: 3 } });
      const batch = await send(page, 3, w.send(3));
      await expect(page.locator(".page-head .badge")).toHaveText(w.unsure, { timeout: 40_000 });
      await request.put(`${sandbox}/sandbox/dials`, { data: {} });
      return batch;
    };
    const batch = await uncertain();
    await expect(page.getByRole("link", { name: w.out(3) })).toBeVisible();
    await axe(page);
    await fits(page);
    await page.getByRole("link", { name: w.again }).click();
    await axe(page);
    await page.getByRole("button", { name: w.confirm }).click();
    await expect(page.getByText(w.sent)).toBeVisible();
    await expect(page.locator(".tallies dd").first()).toHaveText("3", { timeout: 30_000 });
    await expect(page.locator(".page-head .badge")).toHaveText(w.done, { timeout: 20_000 });
    await page.getByRole("link", { name: w.history }).click();
    await expect(page.locator("tbody tr")).toHaveCount(3);
    await axe(page);
    const file = await page.getByRole("link", { name: w.csv }).getAttribute("href");
    expect((await (await page.request.get(file!)).text()).trim().split("\r\n")).toHaveLength(4);
    await page.locator("a.chip").click();
    await expect(page.locator("a.chip")).toHaveCount(0);

    await uncertain();
    await page.getByRole("link", { name: w.delivered }).click();
    await page.getByRole("button", { name: w.mark }).click();
    await expect(page.getByText(w.marked)).toBeVisible();
    await expect(page.locator(".page-head .badge")).toHaveText(w.done);
    await expect(page.locator(".tallies dd").first()).toHaveText("3");

    // One of them alone.
    await uncertain();
    await page.locator("tbody a").first().click();
    await axe(page);
    await page.getByRole("button", { name: w.failed }).click();
    await expect(page.getByRole("button", { name: w.failed })).toHaveCount(0);
    await axe(page);
    await fits(page);
    expect(batch).toMatch(/^\/batches\//);
    await ask(page, false, w.rules);
  });
}
