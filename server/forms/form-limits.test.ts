import { expect, test } from "vitest";
import { createFormLimits } from "./form-limits.ts";

test("whoever watches a submission too closely locks out nobody else, of their network or not", async () => {
  const limits = createFormLimits(() => "192.0.2.1", { watch: 2, look: 1 });
  const request = {} as never;
  for (let looks = 0; looks < 2; looks++) await limits.watch("submission_a");
  await expect(limits.watch("submission_a")).rejects.toMatchObject({ code: "rate-limited" });
  await limits.watch("submission_b");
  await limits.take("look", request);
  await expect(limits.take("look", request)).rejects.toMatchObject({ code: "rate-limited", message: expect.stringContaining("your network") });
});
