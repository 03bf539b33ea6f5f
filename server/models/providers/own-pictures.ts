import { type ModelMessage, toolCallsOf } from "#nodes/kit/models/message.ts";

/**
 * Shows a model what it has made before: no API takes pictures in the words of the assistant, so they follow as if somebody showed them, and
 * after the results where the turn called tools, which nothing may come before. A model that cannot see is shown none.
 */
export function withOwnPictures(messages: readonly ModelMessage[], sees: boolean): ModelMessage[] {
  return messages.flatMap((message, index): ModelMessage[] => {
    const before = messages[index - 1];
    if (message.role === "tool") return [message, ...(sees && before ? shown(before) : [])];
    if (message.role !== "assistant") return [message];
    const said: ModelMessage = { ...message, content: message.content.filter(({ type }) => type !== "image") };
    return [said, ...(sees && toolCallsOf(message.content).length === 0 ? shown(message) : [])];
  });
}

function shown({ role, content }: ModelMessage): ModelMessage[] {
  if (role !== "assistant") return [];
  const pictures = content.filter((part) => part.type === "image");
  return pictures.length === 0 ? [] : [{ role: "user", content: [{ type: "text", text: "The pictures you made:" }, ...pictures] }];
}
