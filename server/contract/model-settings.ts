import { z } from "zod";

/** `compatible`: any server that speaks the chat API of OpenAI. `scripted`: answers from a script that ships with Heddle; no model is asked. */
export const MODEL_PROVIDERS = ["anthropic", "openai", "compatible", "scripted"] as const;
export const modelProviderSchema = z.enum(MODEL_PROVIDERS);
export type ModelProvider = z.infer<typeof modelProviderSchema>;

const NO_ADDRESS = "This is no address like https://models.example.org/v1.";

/** How the models of a provider are reached. */
export const modelSettingsSchema = z
  .strictObject({
    provider: modelProviderSchema,
    /** Where its API begins, `/v1` included where it has one. Absent: the provider's own. */
    baseUrl: z
      .url({ protocol: /^https?$/, error: NO_ADDRESS })
      .max(2_000)
      .optional(),
    /** Sent to that host and no other. `STORED_SECRET` for the one that is stored, or the key itself; absent: no key is sent. */
    apiKey: z
      .string()
      .regex(/^[\x21-\x7e]+$/, { error: "A key has no spaces and no line breaks. Copy it again." })
      .max(8_000)
      .optional(),
    /** Organisation whose account is charged, where a key has several. */
    organisation: z
      .string()
      .regex(/^[\x21-\x7e]+$/, { error: "This is no name of an organisation." })
      .max(200)
      .optional(),
    /** What is asked when a node names no model. */
    defaultModel: z.string().trim().min(1).max(200).optional(),
  })
  .superRefine((settings, context) => {
    const fault = (path: keyof typeof settings, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const { provider, baseUrl, apiKey } = settings;
    if (provider === "compatible" && baseUrl === undefined) fault("baseUrl", "Enter the address of its API, such as http://localhost:11434/v1.");
    if ((provider === "anthropic" || provider === "openai") && apiKey === undefined) fault("apiKey", "Enter the key of your account.");
    if (provider !== "scripted") return;
    for (const name of ["baseUrl", "apiKey", "organisation"] as const) {
      if (settings[name] !== undefined) fault(name, "A scripted model reaches nobody: leave this out.");
    }
  });
export type ModelSettings = z.infer<typeof modelSettingsSchema>;
