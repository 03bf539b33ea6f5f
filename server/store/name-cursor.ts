/** Where a page of a list by name ends. */
export function writeNameCursor({ id, name }: { id: string; name: string }): string {
  return `${id}~${name}`;
}

export function readNameCursor(cursor = ""): [name: string, id: string] {
  const at = cursor.indexOf("~");
  return [cursor.slice(at + 1), cursor.slice(0, Math.max(at, 0))];
}
