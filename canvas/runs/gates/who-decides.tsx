import { Check } from "lucide-react";
import type { AskedGate } from "#server/contract/approvals.ts";
import { useNameOf } from "../../session/use-name-of.ts";
import { TimeAgo } from "../../ui/time-ago.tsx";
import { decisionName } from "./gate-words.ts";

/** Who is asked, how many have to agree, and who has said what so far. */
export function WhoDecides({ gate }: { gate: AskedGate }) {
  const nameOf = useNameOf();
  const { approvers, quorum, votes, until } = gate;
  const asked = approvers && [...approvers.roles.map((role) => `${role}s`), ...approvers.people.map(({ id, name }) => name || nameOf(id))];
  const said = [
    ...(asked ? [`Asked: ${asked.join(", ")}.`] : []),
    ...(quorum > 1 ? [`${quorum} people have to agree; one who decides otherwise decides alone.`] : []),
    ...(until !== null ? [`Nobody is asked any more after ${new Date(until).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}.`] : []),
  ];
  if (said.length === 0 && votes.length === 0) return null;
  return (
    <div className="flex flex-col gap-1.5 text-ink-muted text-xs">
      {said.length > 0 && <p>{said.join(" ")}</p>}
      {votes.length > 0 && (
        <ul aria-label="Votes" className="flex flex-col gap-1">
          {votes.map((vote) => (
            <li key={vote.by.id} className="wrap-anywhere flex items-start gap-1.5">
              <Check size={13} className="mt-0.5 shrink-0 text-accent" aria-hidden />
              <span>
                <span className="font-medium text-ink">{vote.by.name || nameOf(vote.by.id)}</span>: {decisionName(vote.decision, gate)}
                {vote.edited && ", edited"}
                {vote.note !== "" && ` – ${vote.note}`} <TimeAgo time={vote.at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
