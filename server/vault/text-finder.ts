/** Finds many texts in another one, in one pass over it (Aho and Corasick, 1975). */
export interface TextFinder {
  /**
   * `found`: where wanted texts stand, in order; those that overlap or touch are one. `open`: how many characters at the end may be the
   * beginning of a wanted text.
   */
  find(text: string): { found: { start: number; end: number }[]; open: number };
}

interface State {
  /** Most states lead to one other: long secrets in many encodings would fill the memory with maps. */
  code: number;
  next: State | undefined;
  more: Map<number, State> | undefined;
  /** The state of the longest proper suffix that is the beginning of a wanted text; the first state has none. */
  fallback: State | undefined;
  depth: number;
  /** Length of the longest wanted text that ends here. */
  ends: number;
}

/** Empty texts are found nowhere. */
export function createTextFinder(wanted: Iterable<string>): TextFinder {
  const first = buildTree(wanted);
  linkFallbacks(first);
  return {
    find: (text) => {
      const found: { start: number; end: number }[] = [];
      let state = first;
      for (let index = 0; index < text.length; index++) {
        state = step(state, text.charCodeAt(index), first);
        if (state.ends > 0) add(found, { start: index + 1 - state.ends, end: index + 1 });
      }
      return { found, open: state.depth };
    },
  };
}

function newState(depth: number): State {
  return { code: -1, next: undefined, more: undefined, fallback: undefined, depth, ends: 0 };
}

function nextOf(state: State, code: number): State | undefined {
  return state.code === code ? state.next : state.more?.get(code);
}

function addNext(state: State, code: number): State {
  const next = newState(state.depth + 1);
  if (state.next) {
    state.more ??= new Map();
    state.more.set(code, next);
  } else {
    state.code = code;
    state.next = next;
  }
  return next;
}

function* nextStates(state: State): Generator<[number, State]> {
  if (state.next) yield [state.code, state.next];
  if (state.more) yield* state.more;
}

function buildTree(wanted: Iterable<string>): State {
  const first = newState(0);
  for (const text of wanted) {
    let state = first;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      state = nextOf(state, code) ?? addNext(state, code);
    }
    state.ends = state.depth;
  }
  return first;
}

/** Level by level: the fallback of a state is at least one level above it. */
function linkFallbacks(first: State): void {
  const queue: State[] = [first];
  for (const state of queue) {
    for (const [code, next] of nextStates(state)) {
      next.fallback = state.fallback ? step(state.fallback, code, first) : first;
      next.ends = Math.max(next.ends, next.fallback.ends);
      queue.push(next);
    }
  }
}

function step(from: State, code: number, first: State): State {
  for (let state: State | undefined = from; state; state = state.fallback) {
    const next = nextOf(state, code);
    if (next) return next;
  }
  return first;
}

function add(found: { start: number; end: number }[], match: { start: number; end: number }): void {
  let { start } = match;
  for (let last = found.at(-1); last && last.end >= start; last = found.at(-1)) {
    start = Math.min(start, last.start);
    found.pop();
  }
  found.push({ start, end: match.end });
}
