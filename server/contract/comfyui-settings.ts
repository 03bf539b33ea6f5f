import { z } from "zod";

const visible = (message: string) => z.string().regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, { error: message });

/** What a proxy before the server asks for; ComfyUI itself asks for nothing. Each `value` may be `STORED_SECRET` for the one that is stored. */
const comfyAuthSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("none") }),
  /** Sent as `Authorization: Bearer …`. */
  z.strictObject({ type: z.literal("bearer"), value: visible("A token has no line breaks. Copy it again.").max(8_000) }),
  z.strictObject({
    type: z.literal("header"),
    name: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]*$/, { error: "A header's name is letters, digits and hyphens, such as X-Api-Key." })
      .max(100)
      .refine((name) => !/^(host|connection|upgrade|content-.*|transfer-encoding|origin|cookie2?|sec-.*)$/i.test(name), {
        error: "This header belongs to the connection itself. Choose another one.",
      }),
    value: visible("A header's value has no line breaks. Copy it again.").max(8_000),
  }),
]);

/** How a ComfyUI server is reached. */
export const comfySettingsSchema = z.strictObject({
  server: z.literal("comfyui"),
  /** Where its pages begin: `http://127.0.0.1:8188`. Reached by the server of Heddle only. */
  baseUrl: z
    .url({ protocol: /^https?$/, error: "This is no address like http://127.0.0.1:8188." })
    .max(2_000)
    .refine((value) => URL.canParse(value) && new URL(value).username === "" && new URL(value).password === "", {
      error: "The address holds a user name or a password. Enter them as a header instead.",
    })
    .refine((value) => URL.canParse(value) && new URL(value).search === "" && new URL(value).hash === "", {
      error: "The address ends before ? and #.",
    }),
  auth: comfyAuthSchema.default({ type: "none" }),
  /** By which workflows choose among several servers, such as `gpu-large`. */
  labels: z
    .array(z.string().trim().min(1).max(50))
    .max(20)
    .refine((labels) => new Set(labels).size === labels.length, { error: "Each label once." })
    .default([]),
});
export type ComfySettings = z.infer<typeof comfySettingsSchema>;
