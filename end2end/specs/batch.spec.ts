// One template to many: pasted, reviewed, watched, paused, resumed, partly failed, exported; in both languages.
import { axe, expect, fits, house, test, visit } from "../house";

type Follower = { openid: string; subscribed: boolean; receipt: string };
const WORDS = {
  zh: {
    template: "缴费通知", change: "更换", project: /缴费项目/, amount: /缴费金额/, date: /截止日期/, check: "检查并发送",
    send: (count: number) => `发送给 ${count} 人`, pause: "暂停", resume: "继续", paused: "已暂停", partly: "部分失败", failed: "失败", undo: "撤销发送",
  },
  en: {
    template: "缴费通知", change: "Change", project: /缴费项目/, amount: /缴费金额/, date: /截止日期/, check: "Check and send",
    send: (count: number) => `Send to ${count} recipients`, pause: "Pause", resume: "Resume", paused: "Paused", partly: "Partly failed", failed: "Failed",
    undo: "Undo sending",
  },
};

for (const lang of ["zh", "en"] as const) {
  test(`a batch from the form to the export, ${lang}`, async ({ page, request, context, expected }) => {
    test.setTimeout(120_000);
    const { base, sandbox } = house();
    const w = WORDS[lang];
    await context.addCookies([{ name: "lang", value: lang, url: base }]);
    const people: Follower[] = await (await request.get(`${sandbox}/sandbox/followers`)).json();
    const good = people.filter((one) => one.subscribed && one.receipt === "success").slice(0, 120).map((one) => one.openid);
    await request.put(`${sandbox}/sandbox/dials`, { data: { path: "/cgi-bin/message/template/send", delay_ms: 2000 } });

    await visit(page, "/send");
    await page.locator("select#template").selectOption({ label: w.template });
    await page.getByRole("button", { name: w.change }).click();
    await page.getByLabel(w.project).fill("春季观鸟营");
    await page.getByLabel(w.amount).fill("1280.00元");
    await page.getByLabel(w.date).fill("2026年12月05日");
    await page.getByLabel(/OpenID/i).fill([...good, good[0], "oNobody0000"].join("\n"));
    await page.getByRole("button", { name: w.check }).click();
    await expect(page).toHaveURL(/\/send\/[0-9a-f]+\/review$/);
    await axe(page);
    await page.getByRole("button", { name: w.send(good.length + 1) }).click();
    await expect(page).toHaveURL(/\/batches\/[0-9a-f]+$/);
    const batch = new URL(page.url()).pathname;
    await expect(page.getByRole("button", { name: w.undo })).toBeVisible();
    await axe(page);

    // It begins by itself; the page follows without being loaded by hand.
    await expect(page.getByRole("progressbar")).not.toHaveAttribute("aria-valuenow", "0", { timeout: 30_000 });
    await visit(page, batch);
    await page.getByRole("button", { name: w.pause }).click();
    await expect(page.locator("h1 + .badge, .page-head .badge").first()).toHaveText(w.paused);
    await axe(page);
    await request.put(`${sandbox}/sandbox/dials`, { data: {} });
    await page.getByRole("button", { name: w.resume }).click();
    await expect(async () => {
      await visit(page, batch);
      await expect(page.locator(".page-head .badge")).toHaveText(w.partly, { timeout: 500 });
    }).toPass({ timeout: 40_000 });
    await expect(page.locator(".reasons")).toContainText("40003");
    await page.getByRole("navigation", { name: /收件人结果|Recipients by outcome/ }).getByRole("link", { name: new RegExp(w.failed) }).click();
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await axe(page);
    await fits(page);

    const csv = await (await page.request.get(`${batch}/export.csv`)).text();
    expect(csv.trim().split("\r\n")).toHaveLength(good.length + 2);
    expect(csv).toContain("oNobody0000,failed");
    const api: { openid: string }[] = await (await request.get(`${sandbox}/sandbox/messages?openid=${good[1]}`)).json();
    expect(api.filter((one) => JSON.stringify(one).includes("春季观鸟营")).length).toBeGreaterThan(0);

    await visit(page, "/batches");
    await expect(page.locator("tbody tr").first()).toContainText(w.partly);
    await axe(page);
    await fits(page);
  });
}

test("a batch can be taken back before it begins", async ({ page, request, expected }) => {
  const { sandbox } = house();
  const people: Follower[] = await (await request.get(`${sandbox}/sandbox/followers`)).json();
  const two = people.filter((one) => one.subscribed).slice(-2).map((one) => one.openid);
  await visit(page, "/send");
  await page.locator("select#template").selectOption({ label: "缴费通知" });
  await page.getByRole("button", { name: "更换" }).click();
  await page.getByLabel(/缴费项目/).fill("收回来");
  await page.getByLabel(/缴费金额/).fill("1.00元");
  await page.getByLabel(/截止日期/).fill("2026年12月05日");
  await page.getByLabel(/OpenID/i).fill(two.join("\n"));
  await page.getByRole("button", { name: "检查并发送" }).click();
  await page.getByRole("button", { name: "发送给 2 人" }).click();
  await page.getByRole("button", { name: "撤销发送" }).click();
  await expect(page.locator(".page-head .badge")).toHaveText("已取消");
  const got: unknown[] = await (await request.get(`${sandbox}/sandbox/messages?openid=${two[0]}`)).json();
  expect(JSON.stringify(got)).not.toContain("收回来");
});
