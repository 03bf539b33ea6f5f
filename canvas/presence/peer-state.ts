import { z } from "zod";
import { nodeIdSchema } from "#runtime/graph/ids.ts";
import { positionSchema } from "#runtime/graph/schema.ts";

const colourSchema = z.string().regex(/^#[0-9a-f]{6}$/);
const viewSchema = z.object({
  x: z.number().min(-1e7).max(1e7),
  y: z.number().min(-1e7).max(1e7),
  zoom: z.number().min(0.01).max(10),
  width: z.number().min(1).max(20_000),
  height: z.number().min(1).max(20_000),
});

/** What a window shows of the board: the viewport's shift and zoom, and how large it is on the screen. */
export type PeerView = z.infer<typeof viewSchema>;

const boxSchema = z.object({ x: z.number(), y: z.number(), width: z.number().min(0), height: z.number().min(0) });
/** Around many dragged nodes, in the board's own coordinates. */
export type PeerBox = z.infer<typeof boxSchema>;

/** What a window tells the others; read with care, since anyone may send anything. */
export const peerStateSchema = z.object({
  user: z.object({
    name: z.string().min(1).max(40),
    colour: colourSchema,
    /** The person, who may have several windows open. */
    id: z.string().max(100).optional().catch(undefined),
    /** What they are in the workspace, in a word. */
    role: z.string().max(20).optional().catch(undefined),
    /** They can only look. */
    viewing: z.boolean().optional().catch(undefined),
  }),
  cursor: positionSchema.nullish().catch(null),
  selected: z.array(nodeIdSchema).max(500).catch([]),
  drags: z.record(z.string(), positionSchema).nullish().catch(null),
  /** In the place of `drags` where too many nodes are dragged to tell of each. */
  dragBox: boxSchema.nullish().catch(null),
  caret: z
    .object({ node: nodeIdSchema, field: z.string().max(400) })
    .nullish()
    .catch(null),
  view: viewSchema.nullish().catch(null),
  /** The window whose view they follow. */
  follows: z.int().nullish().catch(null),
  /** Counts how often they asked the others to follow them. */
  calls: z.int().nullish().catch(null),
});
export type PeerState = z.infer<typeof peerStateSchema>;
