import { Ellipsis, Eye, EyeOff, Pencil, Plus, Trash2, Users } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { toast } from "sonner";
import type { CollectionId } from "#runtime/graph/ids.ts";
import { readGraph } from "#server/contract/graphs.ts";
import { type ContextRule, listContextRules, setContextRule } from "#server/contract/knowledge.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { ListBox } from "../pages/page-frame.tsx";
import { MayButton } from "../session/may-button.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { SubjectIcon, SubjectPicker } from "../tools/subject-picker.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Menu } from "../ui/menu.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { Cell, HeadCell, Row, Table } from "../ui/table.tsx";
import { RuleDialog } from "./rule-dialog.tsx";

type Subject = ContextRule["subject"];
type Open = { type: "pick" } | { type: "change"; subject: Subject; name: string };

const EVERYBODY = "All graphs and agents";

/** Which graphs and agents see a collection, and how much of it. */
export function RulesView({ collection }: { collection: CollectionId }) {
  const { data, error, isFetching, refetch } = useApi(listContextRules, { query: { collection } });
  const [open, setOpen] = useState<Open | undefined>(undefined);
  const close = () => setOpen(undefined);
  if (error)
    return (
      <ListBox>
        <LoadError title="The rules could not be loaded" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />
      </ListBox>
    );
  if (!data) return <SkeletonRows label="Loading rules" rows={3} />;
  const forAll = data.items.find(({ subject }) => subject === "*");
  const own = data.items.filter(({ subject }) => subject !== "*");
  const change = (subject: Subject, name: string) => setOpen({ type: "change", subject, name });
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-start gap-3">
        <p className="min-w-0 flex-1 text-ink-muted text-sm">
          Where a graph or an agent has a rule of its own, that one holds; otherwise the rule of all. Steps and agents that may not see the collection find
          nothing in it, and are told so.
        </p>
        <MayButton action="knowledge.write" icon={<Plus size={14} aria-hidden />} onClick={() => setOpen({ type: "pick" })}>
          Add a rule…
        </MayButton>
      </div>
      <Table label="Who sees the collection">
        <thead>
          <tr>
            <HeadCell>Graph or agent</HeadCell>
            <HeadCell className="w-36">Sees it</HeadCell>
            <HeadCell className="w-36">Passages at most</HeadCell>
            <HeadCell className="w-36">Least relevance</HeadCell>
            <HeadCell className="w-12">
              <span className="sr-only">Actions</span>
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          <RuleRow collection={collection} subject="*" rule={forAll} onChange={change} />
          {own.map((rule) => (
            <RuleRow key={rule.subject} collection={collection} subject={rule.subject} rule={rule} onChange={change} />
          ))}
        </tbody>
      </Table>
      {open?.type === "pick" && (
        <SubjectPicker
          title="Add a rule"
          description="Which graph or agent is it about?"
          but={own.map(({ subject }) => subject)}
          onChoose={({ id, name }) => change(id, name)}
          onClose={close}
        />
      )}
      {open?.type === "change" && (
        <RuleDialog
          collection={collection}
          subject={open.subject}
          name={open.name}
          rule={data.items.find(({ subject }) => subject === open.subject)}
          onClose={close}
        />
      )}
    </div>
  );
}

interface RuleRowProps {
  collection: CollectionId;
  subject: Subject;
  rule: ContextRule | undefined;
  onChange(subject: Subject, name: string): void;
}

function RuleRow({ collection, subject, rule, onChange }: RuleRowProps) {
  const subjectGraph = useSubjectGraph(subject);
  const name = subject === "*" ? EVERYBODY : (subjectGraph?.name ?? subject);
  const whyNot = useWhyNotByRole("knowledge.write");
  const off = { disabled: whyNot !== undefined, detail: whyNot };
  const set = useChange(setContextRule, { stale: [listContextRules] });
  const remove = () =>
    set.mutate(
      { body: { collection, subject, rule: null } },
      { onError: (error) => toast.error("The rule was not taken away", { description: errorText(error) }) },
    );
  const isAllowed = rule?.allowed !== false;
  return (
    <Row>
      <Cell className="max-w-0">
        <span className="flex min-w-0 items-center gap-2">
          {subject === "*" ? (
            <Users size={14} aria-hidden className="shrink-0 text-ink-faint" />
          ) : (
            <SubjectIcon kind={subjectGraph?.kind === "agent" ? "agent" : "graph"} />
          )}
          {subject === "*" ? (
            <span className="truncate font-medium">{name}</span>
          ) : (
            <Link to={subjectGraph?.kind === "agent" ? `/agents/${subject}` : `/graphs/${subject}`} className="truncate font-medium hover:text-accent">
              {name}
            </Link>
          )}
          {!rule && <span className="shrink-0 text-ink-faint text-xs">no rule</span>}
        </span>
      </Cell>
      <Cell>
        <span className={isAllowed ? "flex items-center gap-1.5 text-xs" : "flex items-center gap-1.5 text-danger text-xs"}>
          {isAllowed ? <Eye size={13} aria-hidden /> : <EyeOff size={13} aria-hidden />}
          {isAllowed ? "Yes" : "No"}
        </span>
      </Cell>
      <Cell className="text-ink-muted text-xs tabular-nums">{isAllowed ? (rule?.mostChunks ?? "As many as asked for") : "–"}</Cell>
      <Cell className="text-ink-muted text-xs tabular-nums">
        {isAllowed ? (rule?.leastRelevance == null ? "Any" : `${Math.round(rule.leastRelevance * 100)} %`) : "–"}
      </Cell>
      <Cell>
        <Menu
          trigger={<IconButton label={`Actions for ${name}`} icon={<Ellipsis size={16} />} />}
          items={[
            { type: "action", label: "Change…", icon: <Pencil size={14} />, ...off, onSelect: () => onChange(subject, name) },
            ...(rule ? [{ type: "action" as const, label: "Take the rule away", icon: <Trash2 size={14} />, danger: true, ...off, onSelect: remove }] : []),
          ]}
        />
      </Cell>
    </Row>
  );
}

function useSubjectGraph(subject: Subject) {
  const isAll = subject === "*";
  // nothing is asked for all of them
  const { data } = useApi(readGraph, { params: { id: isAll ? NOBODY : subject } }, { enabled: !isAll });
  return isAll ? undefined : data;
}

const NOBODY = readGraph.params.shape.id.parse("graph_none");
