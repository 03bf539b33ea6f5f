import { ChevronDown } from "lucide-react";
import type { RunId } from "#runtime/graph/ids.ts";
import { useNameOf } from "../session/use-name-of.ts";
import { Button } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { StatusIcon } from "../ui/status.tsx";
import { formatTimeAgo } from "../ui/time-ago.tsx";
import { useOngoingRuns, useRunActions } from "./run-view.ts";

/** Other runs of the graph that go on, to look at instead of the one that is shown. */
export function OngoingMenu({ shown }: { shown: RunId }) {
  const ongoing = useOngoingRuns();
  const { choose } = useRunActions();
  const nameOf = useNameOf();
  const others = ongoing.filter(({ id }) => id !== shown);
  if (others.length === 0) return null;
  const items = () =>
    others.map((run) => ({
      type: "action" as const,
      id: run.id,
      label: `Started by ${nameOf(run.actor)}`,
      detail: formatTimeAgo(run.createdAt, Date.now()),
      icon: <StatusIcon state={run.state} />,
      onSelect: () => choose(run),
    }));
  return (
    <Menu
      trigger={
        <Button size="small" look="quiet" aria-label={`${others.length === 1 ? "Another run goes on" : `${others.length} other runs go on`}: choose one`}>
          +{others.length} <span className="@max-lg:hidden">{others.length === 1 ? "other run" : "other runs"}</span>
          <ChevronDown size={12} aria-hidden />
        </Button>
      }
      items={items}
    />
  );
}
