/** A place in a drawn matrix: positions in the order of the classes, not the classes themselves. */
export interface Position {
  readonly row: number;
  readonly column: number;
}

interface Stroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * Where a key takes the cursor; null for a key that does not move it. Arrows go one cell, with Shift ten, with Ctrl to the
 * next cell that holds something; Home and End go along the row, with Ctrl to a corner of the matrix; Page keys ten rows.
 * @param filled whether a cell holds something that Ctrl and an arrow should stop at
 */
export function moveCursor(
  { key, ctrlKey, metaKey, shiftKey }: Stroke,
  { at, classes, filled }: { at: Position; classes: number; filled: (position: Position) => boolean },
): Position | null {
  const far = ctrlKey || metaKey;
  const last = classes - 1;
  const clamped = ({ row, column }: Position): Position => ({
    row: Math.min(last, Math.max(0, row)),
    column: Math.min(last, Math.max(0, column)),
  });
  const direction = directions[key];
  if (direction !== undefined) {
    if (far) return nextFilled({ at, direction, classes, filled });
    const cells = shiftKey ? 10 : 1;
    return clamped({ row: at.row + cells * direction.row, column: at.column + cells * direction.column });
  }
  switch (key) {
    case 'Home':
      return far ? { row: 0, column: 0 } : { row: at.row, column: 0 };
    case 'End':
      return far ? { row: last, column: last } : { row: at.row, column: last };
    case 'PageUp':
      return clamped({ row: at.row - 10, column: at.column });
    case 'PageDown':
      return clamped({ row: at.row + 10, column: at.column });
    default:
      return null;
  }
}

const directions: Readonly<Record<string, Position>> = {
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
};

/** Stays where nothing more follows. */
function nextFilled({
  at,
  direction,
  classes,
  filled,
}: {
  at: Position;
  direction: Position;
  classes: number;
  filled: (position: Position) => boolean;
}): Position {
  const inside = (place: number): boolean => place >= 0 && place < classes;
  for (
    let row = at.row + direction.row, column = at.column + direction.column;
    inside(row) && inside(column);
    row += direction.row, column += direction.column
  ) {
    if (filled({ row, column })) return { row, column };
  }
  return at;
}
