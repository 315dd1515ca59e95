// A few first: the others follow when receipts came.
import { axe, expect, test } from "../house";
import { draft } from "../pages";

test("the first two receive it, then the others get it too", async ({ page, expected }) => {
  expected.allow(422);
  await draft(page, 6);
  await page.getByLabel(/先发多少人/).fill("2");
  await page.getByRole("button", { name: "发送给 6 人" }).click();
  // Half a rule is none, and nothing left.
  await expect(page.getByRole("alert").getByText("人数和比例要一起填")).toBeVisible();
  await expect(page.getByLabel(/先发多少人/)).toHaveValue("2");
  // The bar at the window's foot would lie over small targets that are checked where they stand.
  await page.setViewportSize({ width: 1440, height: 1800 });
  await axe(page);
  await page.getByLabel(/其中百分之几收到才继续/).fill("100");
  await page.getByRole("button", { name: "发送给 6 人" }).click();
  await expect(page).toHaveURL(/\/batches\/[0-9a-f]+$/);
  await expect(page.getByText("先发少数人，其余的等回执")).toBeVisible();
  await axe(page);
  await expect(page.getByText("先发的人收到了，继续发给其余的人")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("已完成").first()).toBeVisible({ timeout: 30_000 });
});
