import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CirclePause,
  CircleSlash,
  CircleX,
  Clock,
  type LucideIcon,
  Pin,
  RotateCw,
  Zap,
} from "lucide-react";
import { classes } from "./classes.ts";
import { Spinner } from "./spinner.tsx";

interface Look {
  label: string;
  /** A text colour; `ringOf` and `dotOf` follow it. */
  colour: string;
  icon: LucideIcon | "spinner";
}

const QUEUED: Look = { label: "Queued", colour: "text-queued", icon: CircleDashed };

/** How every state of a run and of a node run looks: icon and colour together. */
const LOOKS: Readonly<Record<string, Look>> = {
  queued: QUEUED,
  pending: QUEUED,
  running: { label: "Running", colour: "text-running", icon: "spinner" },
  deciding: { label: "Running", colour: "text-running", icon: "spinner" },
  waiting: { label: "Waiting", colour: "text-waiting", icon: Clock },
  retrying: { label: "Retrying", colour: "text-waiting", icon: RotateCw },
  held: { label: "Held", colour: "text-waiting", icon: CirclePause },
  uncertain: { label: "Needs a decision", colour: "text-waiting", icon: CircleHelp },
  succeeded: { label: "Succeeded", colour: "text-succeeded", icon: CircleCheck },
  reused: { label: "Reused", colour: "text-succeeded", icon: CircleCheck },
  /** Reused: same settings and inputs as before; set by a person. */
  cached: { label: "Cached", colour: "text-succeeded", icon: Zap },
  pinned: { label: "Pinned", colour: "text-accent", icon: Pin },
  failed: { label: "Failed", colour: "text-failed", icon: CircleX },
  "timed-out": { label: "Timed out", colour: "text-failed", icon: CircleX },
  killed: { label: "Killed", colour: "text-failed", icon: CircleAlert },
  cancelled: { label: "Cancelled", colour: "text-skipped", icon: Ban },
  /** Its run ended before its turn came. */
  "not-run": { label: "Not run", colour: "text-skipped", icon: CircleDashed },
  skipped: { label: "Skipped", colour: "text-skipped", icon: CircleSlash },
};

export function statusLook(state: string): Look {
  return LOOKS[state] ?? { label: state, colour: "text-queued", icon: CircleHelp };
}

/** A state's icon, in its colour. */
export function StatusIcon({ state, size = 14 }: { state: string; size?: number }) {
  const { icon: Icon, colour, label } = statusLook(state);
  if (Icon === "spinner") return <Spinner size={size} label={label} className={colour} />;
  return <Icon size={size} role="img" aria-label={label} className={classes("shrink-0", colour)} />;
}

/** A state's icon with its name. */
export function StatusText({ state, size = 14, detail }: { state: string; size?: number; detail?: string }) {
  const { colour, label } = statusLook(state);
  return (
    <span className={classes("inline-flex items-center gap-1.5 whitespace-nowrap font-medium text-xs", colour)}>
      <StatusIcon state={state} size={size} />
      {label}
      {detail && <span className="font-normal text-ink-faint">{detail}</span>}
    </span>
  );
}

const HEALTH = {
  green: { colour: "bg-succeeded", label: "Healthy" },
  yellow: { colour: "bg-waiting", label: "Degraded" },
  red: { colour: "bg-failed", label: "Unreachable" },
  unknown: { colour: "bg-queued", label: "Not checked yet" },
} as const;

export type HealthState = keyof typeof HEALTH;

export function healthLabel(state: HealthState): string {
  return HEALTH[state].label;
}

/** The health of an outside system; `label` is read aloud, so put words beside it where there is room. */
export function StatusDot({ health }: { health: HealthState }) {
  const { colour, label } = HEALTH[health];
  return <span role="img" aria-label={label} title={label} className={classes("inline-block size-2 shrink-0 rounded-full", colour)} />;
}
