import { z } from "zod";
import type { HttpResponse } from "#nodes/kit/http/service.ts";
import { ProviderError } from "./provider-error.ts";

const tokensSchema = z.object({ id_token: z.string().min(1).max(50_000) });
const errorSchema = z.object({ error: z.string().max(100) });

/** The ID token is all we take: nothing is done in anybody's name at the provider. Throws ProviderError. */
export function readTokens(answer: HttpResponse): z.infer<typeof tokensSchema> {
  const body = parseJson(answer.body);
  if (answer.status !== 200) {
    const said = errorSchema.safeParse(body).data?.error ?? "no reason given";
    throw new ProviderError(`its token endpoint answered ${answer.status} (${said.replace(/[^\w.-]/g, "")})`);
  }
  const tokens = tokensSchema.safeParse(body);
  if (!tokens.success) throw new ProviderError("its token endpoint gave no ID token");
  return tokens.data;
}

export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
