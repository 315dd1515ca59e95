// The whole road of a picture: uploaded on the simulator's phone, filed, and looked at in 图片; in both languages.
import { join } from "node:path";
import { axe, expect, house, test, visit } from "../house";
import { root } from "../where.mjs";

const WORDS = {
  zh: { choose: "选一张图片", upload: "上传", hand: "提交", original: "下载原图", user: "端到端的小满" },
  en: { choose: "Choose a picture", upload: "Upload", hand: "Hand in", original: "Download original", user: "end to end" },
};

for (const lang of ["zh", "en"] as const) {
  test(`a picture uploaded on the phone appears in the gallery, ${lang}`, async ({ page, context, expected }) => {
    const { base } = house();
    const w = WORDS[lang];
    await context.addCookies([{ name: "lang", value: lang, url: base }]);
    await page.goto(`${base}/sandbox/phone`);
    await page.getByLabel(w.choose).setInputFiles(join(root, "src", "sandbox", "scenes", "bird.jpg"));
    await page.getByRole("button", { name: w.upload, exact: true }).click();
    await page.locator("#user_id").fill(w.user);
    await page.locator("#answer_title").fill("e2e");
    await page.locator("#question_id").fill("q-e2e");
    await page.getByRole("button", { name: w.hand, exact: true }).click();

    await expect(async () => {
      await visit(page, `/media?user=${encodeURIComponent(w.user)}`);
      await expect(page.locator(".tile")).toHaveCount(1, { timeout: 500 });
      const picture = page.locator(".tile img").first();
      await expect(picture).toBeVisible({ timeout: 500 });
      expect(await picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0)).toBe(true);
    }).toPass({ timeout: 20_000 });
    await page.locator(".tile a").first().click();
    await expect(page).toHaveURL(/\/media\/[0-9a-f]+/);
    await expect(page.getByText(w.user).first()).toBeVisible();
    await axe(page);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: w.original }).click();
    expect((await download).suggestedFilename()).toMatch(/\.jpg$/);
  });
}
