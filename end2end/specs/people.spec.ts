// A running synchronisation is shown as it goes, and takes nothing from what is being typed.
import { expect, house, test, visit } from "../house";

test("what is typed in the search stays while a sync runs and after it", async ({ page, request, expected }) => {
  const { sandbox } = house();
  await request.put(`${sandbox}/sandbox/dials`, { data: { path: "/cgi-bin/user", delay_ms: 2500 } });
  try {
    await visit(page, "/people");
    await page.getByRole("button", { name: "从微信同步" }).click();
    const sync = page.locator("#sync[data-poll]");
    await expect(sync).toContainText("正在从微信同步");
    await page.locator("#q").fill("小满");
    await page.evaluate(() => (document.documentElement.dataset.same = "page"));
    await request.put(`${sandbox}/sandbox/dials`, { data: {} });
    await expect(sync).toBeEmpty({ timeout: 20_000 });
    await expect(page.locator("#q")).toHaveValue("小满");
    expect(await page.evaluate(() => document.documentElement.dataset.same), "the page was not loaded again").toBe("page");
  } finally {
    await request.put(`${sandbox}/sandbox/dials`, { data: {} });
  }
});
