import { z } from "zod";
import type { Json } from "../graph/json.ts";
import type { ToolOffer } from "./tool-offer.ts";

/** A tool of a connected server. */
export const toolTargetSchema = z.strictObject({
  /** Id of the connection. */
  connection: z.string(),
  /** As its server names it. */
  tool: z.string(),
});
export type ToolTarget = z.infer<typeof toolTargetSchema>;

const aboutSchema = z.looseObject({ target: toolTargetSchema });

/** What a node that calls a tool of a server says of itself to whoever may call it. */
export function aboutTarget({ connection, tool }: ToolTarget): Json {
  return { target: { connection, tool } };
}

/** The tool of a server that a call of an offer comes to; undefined for what is none. */
export function targetOf({ about }: Pick<ToolOffer, "about">): ToolTarget | undefined {
  return aboutSchema.safeParse(about).data?.target;
}
