/** A rectangle, in pixels of the board's room. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What stays free around a box that was moved into view. */
export const MARGIN = 24;

/**
 * How far a box has to be moved so that it is seen: in the room, and under none of what stands above the board. A box larger than the room keeps its
 * beginning in view. Moves no more than it must, and only towards the beginning of the room: what is beyond that was put there.
 */
export function moveIntoView(box: Box, room: { width: number; height: number }, above: readonly Box[]): { x: number; y: number } {
  const inRoom = { x: 0 - beyond(box.left, box.right, room.width), y: 0 - beyond(box.top, box.bottom, room.height) };
  return above.reduce((move, cover) => {
    const moved = shifted(box, move);
    if (!overlaps(moved, cover)) return move;
    const up = moved.bottom + MARGIN - cover.top;
    const left = moved.right + MARGIN - cover.left;
    const [mayUp, mayLeft] = [moved.top - up >= 0, moved.left - left >= 0];
    if (mayUp && (!mayLeft || up <= left)) return { x: move.x, y: move.y - up };
    return mayLeft ? { x: move.x - left, y: move.y } : move;
  }, inRoom);
}

/** Whether some of a box is in the room. */
export function isSeen(box: Box, room: { width: number; height: number }): boolean {
  return overlaps(box, { left: 0, top: 0, right: room.width, bottom: room.height });
}

/** How far something sticks out at the far end of a room; never so far that its beginning would leave the room. */
function beyond(start: number, end: number, room: number): number {
  return Math.max(0, Math.min(end + MARGIN - room, start - MARGIN));
}

function shifted({ left, top, right, bottom }: Box, { x, y }: { x: number; y: number }): Box {
  return { left: left + x, top: top + y, right: right + x, bottom: bottom + y };
}

function overlaps(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
