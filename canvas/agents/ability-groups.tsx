import { Ban, CircleCheck, Hand, Scale } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "../ui/badge.tsx";
import { AUTONOMY, EFFECTS } from "./agent-words.ts";
import type { Freedom, ToolAbility } from "./capabilities.ts";
import { CapabilityPart } from "./capability-part.tsx";
import { ToolSchema } from "./tool-schema.tsx";

/** Tools by how far an agent may go with them; `of`: whose they are, where several are shown. */
export function AbilityGroups({ abilities, of }: { abilities: readonly ToolAbility[]; of?: string }) {
  return GROUPS.map(({ freedoms, title, ...group }) => (
    <Abilities
      key={title}
      {...group}
      title={of === undefined ? title : `${of}: ${title}`}
      abilities={abilities.filter(({ freedom }) => freedoms.includes(freedom))}
    />
  ));
}

const GROUPS: readonly { title: string; text: string; icon: ReactNode; freedoms: readonly Freedom[] }[] = [
  {
    title: "By itself",
    text: "Nobody is asked.",
    icon: <CircleCheck size={14} aria-hidden className="text-succeeded" />,
    freedoms: ["alone"],
  },
  {
    title: "By itself, until something makes it ask",
    text: "A person is asked in the cases named.",
    icon: <Scale size={14} aria-hidden className="text-waiting" />,
    freedoms: ["sometimes"],
  },
  { title: "Needs a person", text: "It asks, and waits for the decision.", icon: <Hand size={14} aria-hidden className="text-waiting" />, freedoms: ["asks"] },
  { title: "Never", text: "The call is refused.", icon: <Ban size={14} aria-hidden className="text-danger" />, freedoms: ["never"] },
];

function Abilities({ title, text, icon, abilities }: { title: string; text: string; icon: ReactNode; abilities: readonly ToolAbility[] }) {
  if (abilities.length === 0) return null;
  return (
    <CapabilityPart title={title} icon={icon} text={text}>
      <ul aria-label={title} className="flex flex-col gap-2">
        {abilities.map(({ offer, reasons }) => (
          <li key={offer.node} className="flex flex-col gap-1 rounded-lg border border-line bg-surface px-3 py-2">
            <p className="flex flex-wrap items-center gap-2 text-sm">
              <span className="font-medium">{offer.title}</span>
              <code className="text-ink-faint text-xs">{offer.name}</code>
              <Badge tone={EFFECTS[offer.effect].writes ? "warning" : "neutral"}>{EFFECTS[offer.effect].label}</Badge>
              {offer.autonomy && <Badge tone="accent">{AUTONOMY[offer.autonomy].label}</Badge>}
            </p>
            <p className="wrap-anywhere text-ink-muted text-xs">{offer.description}</p>
            <p className="text-ink-muted text-xs">{reasons.join(" ")}</p>
            <ToolSchema schema={offer.input} />
          </li>
        ))}
      </ul>
    </CapabilityPart>
  );
}
