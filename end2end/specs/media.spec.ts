// The whole road of a picture: uploaded on the simulator's phone, filed, and looked at in 图片.
import { createRequire } from "node:module";
import { join } from "node:path";
import { axe, expect, house, test, visit } from "../house";
import { root } from "../where.mjs";

test("a picture uploaded on the phone appears in 图片", async ({ page, expected }) => {
  const { base } = house();
  await page.goto(`${base}/sandbox/phone`);
  await page.getByLabel("选一张图片").setInputFiles(join(root, "src", "sandbox", "scenes", "bird.jpg"));
  await page.getByRole("button", { name: "上传" }).click();
  await page.locator("#user_id").fill("端到端的小满");
  await page.locator("#answer_title").fill("端到端");
  await page.locator("#question_id").fill("q-e2e");
  await page.getByRole("button", { name: "提交" }).click();

  await expect(async () => {
    await visit(page, `/media?user_id=${encodeURIComponent("端到端的小满")}`);
    const picture = page.locator(".tile img").first();
    await expect(picture).toBeVisible({ timeout: 500 });
    expect(await picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0)).toBe(true);
  }).toPass({ timeout: 20_000 });
  await page.locator(".tile a").first().click();
  await expect(page).toHaveURL(/\/media\/[0-9a-f]+/);
  await expect(page.getByText("端到端的小满").first()).toBeVisible();
  await axe(page);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "下载原图" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.jpg$/);
});
