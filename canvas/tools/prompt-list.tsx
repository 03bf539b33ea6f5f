import { MessageSquareText } from "lucide-react";
import { useId, useState } from "react";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { getPrompt, type PromptAnswer, type Prompts } from "#server/contract/mcp.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { Badge } from "../ui/badge.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { AddToGraphButton } from "./add-to-graph.tsx";
import { ImagePart, JsonPart, TextPart } from "./content-part.tsx";
import { FoldedLine, LineTitle } from "./folded-line.tsx";
import { promptNode } from "./offered-nodes.ts";

type PromptTemplate = Prompts["items"][number];

/** Prompt templates of a server: filled in to see the messages, or by a node. */
export function PromptList({ connection, prompts }: { connection: ConnectionId; prompts: readonly PromptTemplate[] }) {
  return (
    <ul aria-label="Prompts">
      {prompts.map((prompt) => (
        <li key={prompt.name} className="border-line border-b last:border-b-0">
          <FoldedLine
            icon={<MessageSquareText size={14} aria-hidden />}
            title={<LineTitle title={prompt.title ?? prompt.name} detail={prompt.title && prompt.name} />}
            text={prompt.description}
          >
            <PromptForm connection={connection} prompt={prompt} />
          </FoldedLine>
        </li>
      ))}
    </ul>
  );
}

function PromptForm({ connection, prompt }: { connection: ConnectionId; prompt: PromptTemplate }) {
  const id = useId();
  const [values, setValues] = useState<Record<string, string>>({});
  const [isTried, setTried] = useState(false);
  const fill = useChange(getPrompt);
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
  const isMissing = (name: string) => isTried && given[name] === undefined;
  const node = promptNode(connection, { ...prompt, title: prompt.title ?? prompt.name }, given);
  return (
    <form
      aria-label={`Fill in ${prompt.name}`}
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (prompt.arguments.some(({ name, required }) => required && given[name] === undefined)) return;
        fill.mutate({ params: { id: connection }, body: { name: prompt.name, arguments: given } });
      }}
    >
      {prompt.arguments.map(({ name, title, description, required }) => (
        <Field
          key={name}
          label={title ?? name}
          htmlFor={`${id}-${name}`}
          required={required === true}
          {...(description && { description })}
          {...(required && isMissing(name) && { errors: ["The prompt needs this."] })}
        >
          <Input id={`${id}-${name}`} value={values[name] ?? ""} onChange={({ target }) => setValues({ ...values, [name]: target.value })} />
        </Field>
      ))}
      <div className="flex gap-2">
        <MayButton action="connection.use" type="submit" busy={fill.isPending}>
          Fill in
        </MayButton>
        {node && <AddToGraphButton label="Add as node…" node={node} />}
      </div>
      {fill.error && (
        <p role="alert" className="wrap-anywhere whitespace-pre-wrap rounded-md bg-danger-soft px-3 py-2 text-sm">
          {errorText(fill.error)}
        </p>
      )}
      {fill.data && <Messages answer={fill.data} />}
    </form>
  );
}

function Messages({ answer: { messages } }: { answer: PromptAnswer }) {
  return (
    <ol aria-label="Messages" className="flex flex-col gap-2">
      {messages.map(({ role, content }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the messages of one answer never move
        <li key={index} className="flex flex-col gap-1">
          <span>
            <Badge tone={role === "assistant" ? "accent" : "neutral"}>{role}</Badge>
          </span>
          <Content content={content} />
        </li>
      ))}
    </ol>
  );
}

function Content({ content }: { content: PromptAnswer["messages"][number]["content"] }) {
  const { type, text, data, mimeType } = content;
  if (type === "text" && typeof text === "string") return <TextPart label="Message" text={text} />;
  if (type === "image" && typeof data === "string" && typeof mimeType === "string" && mimeType.startsWith("image/"))
    return <ImagePart label="Part of the message" data={data} type={mimeType} />;
  return <JsonPart label="Message" value={content} />;
}
