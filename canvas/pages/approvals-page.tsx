import { CircleCheckBig, CircleDollarSign, CircleHelp, HelpCircle, type LucideIcon, SearchX, UserRoundCheck, Wrench } from "lucide-react";
import { type RefObject, useMemo, useRef, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { type Gate, type GateKind, listApprovals, readApproval } from "#server/contract/approvals.ts";
import { listGraphs } from "#server/contract/graphs.ts";
import { call } from "../api/client.ts";
import { useApi, useApiPages } from "../api/queries.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import type { DecisionHandle } from "../runs/gates/decision-state.ts";
import { GateCard } from "../runs/gates/gate-card.tsx";
import { GATE_KINDS, gateTitle, usualDecisions } from "../runs/gates/gate-words.ts";
import { useSession } from "../session/use-session.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Select } from "../ui/select.tsx";
import { useSearch } from "../ui/use-search.ts";
import { MasterDetail } from "./master-detail.tsx";
import { PageFrame } from "./page-frame.tsx";
import { PagedList } from "./paged-list.tsx";

const PAGE = 50;
/** What changes is told live; this is for when that is not heard. */
const REFRESH_MS = 60_000;

const SHOWS = {
  all: { label: "Waiting", query: { state: "pending" } },
  mine: { label: "Waiting for me", query: { state: "pending", mine: "true" } },
  decided: { label: "Decided", query: { state: "decided" } },
} as const;
type Shows = keyof typeof SHOWS;
const ANY = "any";

/** Where runs wait for people: gone through with the keyboard alone. */
export function ApprovalsPage() {
  const session = useSession();
  const [shows, setShows] = useState<Shows>("all");
  const [kind, setKind] = useState<GateKind | typeof ANY>(ANY);
  const search = useSearch();
  const filter = { ...SHOWS[shows].query, ...(kind !== ANY && { kind }), ...(search.settled !== "" && { search: search.settled }) };
  const gates = useApiPages(
    { id: listApprovals.id, page: (cursor, signal) => call(listApprovals, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
    { every: REFRESH_MS },
  );
  const { id } = useParams();
  const listed = gates.items?.some((gate) => gate.id === id) === true;
  // what a link leads to may be decided by now, or stand further down
  const linked = useApi(readApproval, { params: { id: id ?? "" } }, { enabled: id !== undefined && gates.items !== undefined && !listed });
  const items = gates.items && (listed || id === undefined || !linked.data || linked.data.id !== id ? gates.items : [linked.data, ...gates.items]);
  const showAll = () => {
    search.set("");
    setKind(ANY);
    setShows("all");
  };
  const isFiltered = search.settled !== "" || kind !== ANY || shows !== "all";
  return (
    <PageFrame
      title="Approvals"
      text="Runs that wait for somebody to decide. Each decision is taken once and kept with the run."
      toolbar={
        <>
          <SearchInput label="Search approvals" placeholder="Search in what is asked" value={search.typed} onChange={search.set} className="w-64" />
          <div className="w-40">
            <Select
              label="Which to show"
              value={shows}
              options={Object.entries(SHOWS).map(([value, { label }]) => ({ value, label }))}
              onChange={(value) => setShows(value as Shows)}
            />
          </div>
          <div className="w-40">
            <Select
              label="Kind"
              value={kind}
              options={[{ value: ANY, label: "All kinds" }, ...Object.entries(GATE_KINDS).map(([value, { label }]) => ({ value, label }))]}
              onChange={(value) => setKind(value as GateKind | typeof ANY)}
            />
          </div>
          <p className="ml-auto flex items-center gap-1.5 text-2xs text-ink-faint max-lg:hidden">
            <Kbd keys="J" /> <Kbd keys="K" /> to walk, <Kbd keys="A" /> <Kbd keys="R" /> to decide, <Kbd keys="E" /> to edit
          </p>
        </>
      }
    >
      {session?.person === false && session.mode === "single-user" && <PersonNotice what="You can read what waits here, but not decide it yet." />}
      {linked.error && <p className="rounded-md bg-warning-soft px-3 py-2 text-sm">What the link leads to is not here: {linked.error.message}</p>}
      <PagedList
        what="approvals"
        query={{ ...gates, items }}
        empty={
          isFiltered ? (
            <EmptyState
              icon={<SearchX size={18} aria-hidden />}
              title="Nothing fits"
              text={search.settled !== "" ? "Nothing that waits fits the search." : "Nothing here is of that kind."}
              actions={<Button onClick={showAll}>Show all</Button>}
            />
          ) : (
            <EmptyState
              icon={<CircleCheckBig size={18} aria-hidden />}
              title="Nothing waits for you"
              text="A run asks here before it goes on: for an approval, for more budget, or when it cannot tell whether a write happened."
            />
          )
        }
      >
        {(shown) => <Triage items={shown} chosen={id} />}
      </PagedList>
    </PageFrame>
  );
}

const ICONS: Readonly<Record<GateKind, LucideIcon>> = {
  approval: UserRoundCheck,
  "tool-call": Wrench,
  elicitation: HelpCircle,
  budget: CircleDollarSign,
  uncertain: CircleHelp,
};

/** The list beside the gate that is looked at. */
function Triage({ items, chosen }: { items: readonly Gate[]; chosen: string | undefined }) {
  const navigate = useNavigate();
  const graphs = useApi(listGraphs, { query: { limit: 200 } });
  const nameOf = (gate: Gate) => graphs.data?.items.find(({ id }) => id === gate.graph)?.name ?? gate.graph;
  const handle = useRef<DecisionHandle>(null);
  const found = items.findIndex(({ id }) => id === chosen);
  const index = Math.max(0, found);
  const gate = items[index];
  const go = (to: Gate | undefined) => to && void navigate(`/approvals/${to.id}`, { replace: true });
  useTriageCommands({ items, index, handle, go, open: () => gate && void navigate(`/graphs/${gate.graph}/runs/${gate.run}`) });
  const onDecided = (decided: Gate) => {
    // a vote leaves it here, to be looked at by others
    if (decided.state !== "decided") return;
    const next = items[index + 1] ?? items[index - 1];
    void navigate(next ? `/approvals/${next.id}` : "/approvals", { replace: true });
  };
  return (
    <MasterDetail
      label="Approvals"
      items={items}
      chosen={gate?.id ?? null}
      onChoose={(id) => go(items.find((item) => item.id === id))}
      row={(item) => {
        const Icon = ICONS[item.kind];
        return {
          icon: <Icon size={16} className={item.mayDecide ? "shrink-0 text-accent" : "shrink-0 text-ink-faint"} aria-label={GATE_KINDS[item.kind].label} />,
          title: gateTitle(item),
          text: `${item.label} · ${nameOf(item)}`,
        };
      }}
    >
      {(item) => <GateCard key={item.id} gate={item} graph={nameOf(item)} handle={handle} onDecided={onDecided} />}
    </MasterDetail>
  );
}

interface TriageKeys {
  items: readonly Gate[];
  index: number;
  handle: RefObject<DecisionHandle | null>;
  go(to: Gate | undefined): void;
  open(): void;
}

/** Keys walk and choose; what they choose is sent by Enter on the button, or in the note. */
function useTriageCommands({ items, index, handle, go, open }: TriageKeys): void {
  const gate = items[index];
  const commands = useMemo((): Command[] => {
    const walk = (to: number) => {
      const next = items[Math.max(0, Math.min(items.length - 1, to))];
      go(next);
      if (next) announce(`${gateTitle(next)}, ${items.indexOf(next) + 1} of ${items.length}`);
    };
    const blocked = () => (gate?.mayDecide ? undefined : (gate?.whyNot ?? "It is decided."));
    const { yes, no } = gate ? usualDecisions(gate) : { yes: undefined, no: undefined };
    const choose = (decision: string | undefined, focus: "note" | "button") => decision !== undefined && handle.current?.choose(decision, focus);
    return [
      { id: "approval-next", title: "The next approval", group: "Go to", keys: ["J"], repeats: true, run: () => walk(index + 1) },
      { id: "approval-before", title: "The approval before", group: "Go to", keys: ["K"], repeats: true, run: () => walk(index - 1) },
      {
        id: "approval-open",
        title: "Open the run that asks",
        group: "Go to",
        keys: ["Enter"],
        when: (event) => !(event.target instanceof Element && event.target.closest("button, a, input, textarea, [role=combobox]")),
        run: open,
      },
      { id: "approval-approve", title: "Approve, or what it usually comes to", group: "Edit", keys: ["A"], blocked, run: () => choose(yes, "button") },
      { id: "approval-reject", title: "Reject, with a note", group: "Edit", keys: ["R"], blocked, run: () => choose(no, "note") },
      {
        id: "approval-edit",
        title: "Edit what is proposed",
        group: "Edit",
        keys: ["E"],
        blocked: () => blocked() ?? (gate && "edit" in gate && gate.edit !== null ? undefined : "Nothing can be edited here."),
        run: () => handle.current?.edit(),
      },
    ];
  }, [items, index, gate, handle, go, open]);
  useProvideCommands(commands);
}
