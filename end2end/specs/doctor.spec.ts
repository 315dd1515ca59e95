// The signature doctor as a developer uses it: whatever is at hand is pasted, and the verdict names the cause.
import { axe, expect, fits, house, test, visit } from "../house";

const PAGE = () => `${house().base}/sandbox/h5/android?from=singlemessage`;

test("the error, the config or the address alone: each leads on", async ({ page, request, expected }) => {
  const { base } = house();
  await visit(page, "/jssdk");
  const [address, given] = [page.getByLabel("手机上的页面地址"), page.getByLabel("签名用的地址、签名原文、整段 wx.config 或微信的报错")];
  const check = page.getByRole("button", { name: "检查" });
  const verdict = page.locator("#verdict");

  expected.allow(422);
  await check.click();
  await expect(page.getByText("填上页面地址，或在下面粘贴 wx.config、签名原文或微信的报错。")).toBeVisible();
  await expect(address).toHaveAccessibleDescription(/填上页面地址/);
  await axe(page);

  await address.fill("config:fail, Error: 63002, invalid signature");
  await check.click();
  await expect(given).toHaveValue("config:fail, Error: 63002, invalid signature");
  await expect(verdict).toContainText("还看不出原因");
  await expect(verdict).toContainText("location.href 也填进来");

  const signed = await (await request.get(`${base}/api/v1/jssdk/signature`, { params: { url: PAGE() } })).json();
  await address.fill("");
  await given.fill(`url: "${PAGE()}",\n${JSON.stringify(signed)}`);
  await check.click();
  await expect(verdict).toContainText("签名一致");
  await expect(page.getByRole("img", { name: "这个页面的二维码" })).toBeVisible();

  await address.fill(PAGE());
  await given.fill(JSON.stringify({ ...signed, appId: "wxother" }));
  await check.click();
  await expect(verdict).toContainText("找到原因");
  await expect(verdict).toContainText("appId 不是这个公众号的");

  const string = `jsapi_ticket=not-ours-at-all&noncestr=${signed.nonceStr}&timestamp=${signed.timestamp}&url=${PAGE()}#/detail`;
  await given.fill(`${string}\n${JSON.stringify({ ...signed, nonceStr: "other" })}`);
  await check.click();
  await expect(verdict).toContainText("签名不一致");
  await expect(verdict).toContainText("noncestr 与 wx.config 里的 nonceStr 不同");
  await expect(page.locator("body")).not.toContainText("not-ours-at-all");
  expect(await given.inputValue()).not.toContain("not-ours-at-all");
  await axe(page);
  await fits(page);
});

test("the page lists the domain verification files and leads to where they are kept", async ({ page, context }) => {
  await visit(page, "/jssdk");
  const block = page.getByRole("region", { name: "域名验证文件" });
  await expect(block).toContainText("还没有");
  await block.getByRole("link", { name: "去公众号设置" }).click();
  await page.getByLabel("文件名").fill("MP_verify_aB3dE6gH9jK2mN5p.txt");
  await page.getByLabel("文件内容").fill("aB3dE6gH9jK2mN5p");
  await page.getByLabel("文件内容").press("Enter");
  await expect(page.getByRole("link", { name: /^http.*MP_verify_aB3dE6gH9jK2mN5p\.txt$/ })).toBeVisible();
  await visit(page, "/jssdk");
  const file = block.getByRole("link", { name: /\/MP_verify_aB3dE6gH9jK2mN5p\.txt$/ });
  expect(await (await page.request.get((await file.getAttribute("href")) ?? "")).text()).toBe("aB3dE6gH9jK2mN5p");
  await axe(page);
  await fits(page);
  await context.addCookies([{ name: "lang", value: "en", url: house().base }]);
  await visit(page, "/jssdk");
  await expect(page.getByRole("region", { name: "Domain verification files" })).toContainText("WeChat looks for it at the root of the JS domain");
  await page.request.post("/accounts/wxsandbox0000001/files/MP_verify_aB3dE6gH9jK2mN5p.txt/remove", { headers: { origin: house().base } });
});
