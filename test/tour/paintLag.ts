import type { FrameLocator } from 'playwright-core';

/** A frame in which new steps became visible: when they were logged, and when painted, in milliseconds since 1970. */
export interface Painted {
  readonly loggedAt: number;
  readonly paintedAt: number;
}

/** What the curves have painted so far, from the marks that they leave. */
export async function paintedOf(panel: FrameLocator): Promise<Painted[]> {
  return panel.locator('body').evaluate(() =>
    performance.getEntriesByName('painted', 'mark').flatMap((mark) => {
      const detail: unknown = mark instanceof PerformanceMark ? mark.detail : null;
      if (typeof detail !== 'object' || detail === null || !('loggedAt' in detail)) return [];
      return [{ loggedAt: Number(detail.loggedAt), paintedAt: performance.timeOrigin + mark.startTime }];
    }),
  );
}

/** The middle of the times from log to paint, in milliseconds; steps from before `since` were not waited for. */
export function medianLag(painted: readonly Painted[], { since }: { since: number }): number | null {
  const lags = painted
    .filter(({ loggedAt }) => loggedAt >= since)
    .map(({ loggedAt, paintedAt }) => paintedAt - loggedAt)
    .sort((a, b) => a - b);
  return lags[Math.floor(lags.length / 2)] ?? null;
}
