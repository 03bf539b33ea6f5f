import { MessagesSquare } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { NodeRun } from "#runtime/run/run-state.ts";
import { Badge } from "../ui/badge.tsx";
import { classes } from "../ui/classes.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Select } from "../ui/select.tsx";
import { type CrewMessage, messagesThat, messageValues, readMessages, speakersOf } from "./conversation.ts";
import type { RunView } from "./run-view.ts";
import { useStoredValues } from "./use-stored-values.ts";

const EVERYBODY = "*";
const KINDS: Readonly<Record<CrewMessage["kind"], { label: string; tone: "neutral" | "accent" | "danger" | "warning" }>> = {
  request: { label: "Request", tone: "neutral" },
  response: { label: "Response", tone: "accent" },
  broadcast: { label: "Broadcast", tone: "warning" },
  error: { label: "Error", tone: "danger" },
};
/** A list that is scrolled to within so many pixels of its end stays there as messages come. */
const NEAR_END = 60;
const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** What the members of a crew told one another, as it comes. */
export function ConversationView({ view, run }: { view: RunView; run: NodeRun }) {
  const values = useStoredValues(view.runId, messageValues(run));
  const messages = readMessages(values);
  const [member, setMember] = useState<string | undefined>(undefined);
  const [search, setSearch] = useState("");
  const shown = messagesThat(messages, { member, search });
  const list = useListAtEnd(shown.length);
  const speakers = useMemo(() => [{ value: EVERYBODY, label: "Everybody" }, ...speakersOf(messages).map((name) => ({ value: name, label: name }))], [messages]);
  if (messages.length === 0)
    return (
      <EmptyState
        icon={<MessagesSquare size={16} aria-hidden />}
        title="Nothing was said yet"
        text={view.live ? "What the members tell one another appears here as they work." : "The run ended before the members said anything."}
      />
    );
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center gap-2 border-line border-b p-2.5">
        <SearchInput label="Search in the conversation" placeholder="Words in it" value={search} onChange={setSearch} className="min-w-0 flex-1" />
        <div className="w-32 shrink-0">
          <Select
            id={`${run.node}-speaker`}
            label="Only with"
            value={member ?? EVERYBODY}
            options={speakers}
            onChange={(name) => setMember(name === EVERYBODY ? undefined : name)}
          />
        </div>
      </div>
      {shown.length === 0 ? (
        <NothingFits title="No message fits" text="Search for other words, or show everybody." />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        <ol ref={list} tabIndex={0} aria-label="Messages" aria-live="polite" className="flex min-h-0 flex-1 flex-col gap-2.5 overflow-y-auto p-3">
          {shown.map((message) => (
            <Message key={`${message.at}${messages.indexOf(message)}`} message={message} />
          ))}
        </ol>
      )}
    </div>
  );
}

function Message({ message: { from, to, kind, text, at } }: { message: CrewMessage }) {
  const { label, tone } = KINDS[kind];
  return (
    <li data-message={kind} className={classes("rounded-lg border bg-raised px-3 py-2", kind === "error" ? "border-danger/50" : "border-line")}>
      <header className="mb-1 flex min-w-0 items-center gap-1.5 text-xs">
        <span className="min-w-0 truncate font-medium">{from}</span>
        <span aria-hidden className="text-ink-faint">
          →
        </span>
        <span className="sr-only">to</span>
        <span className="min-w-0 truncate text-ink-muted">{to}</span>
        <span className="ml-auto flex shrink-0 items-center gap-1.5">
          <Badge tone={tone}>{label}</Badge>
          <time dateTime={at} className="text-2xs text-ink-faint tabular-nums">
            {clock.format(new Date(at))}
          </time>
        </span>
      </header>
      <Markdown text={text} dense />
    </li>
  );
}

/** A list that shows its end as long as nobody scrolls away from there. */
function useListAtEnd(count: number) {
  const list = useRef<HTMLOListElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const look = () => {
      isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
    };
    element.addEventListener("scroll", look);
    return () => element.removeEventListener("scroll", look);
  }, []);
  useEffect(() => {
    if (count > 0 && isAtEnd.current) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [count]);
  return list;
}
