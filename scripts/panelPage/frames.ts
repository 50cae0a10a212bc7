/** A frame in a stream of bytes: its length as uint32, then itself. */
export function framed(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + frame.length);
  new DataView(bytes.buffer).setUint32(0, frame.length, true);
  bytes.set(frame, 4);
  return bytes;
}

/** Finds the frames in a stream, however it is cut into chunks. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #held = 0;

  /** @returns the frames that the chunk completed, in order */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    const frames: Uint8Array[] = [];
    for (let length = this.#next(); length !== null && this.#held >= 4 + length; length = this.#next()) {
      const whole = this.#joined();
      frames.push(whole.slice(4, 4 + length));
      const rest = whole.subarray(4 + length);
      this.#chunks = [rest];
      this.#held = rest.length;
    }
    return frames;
  }

  #next(): number | null {
    if (this.#held < 4) return null;
    const [first] = this.#chunks;
    const head = first !== undefined && first.length >= 4 ? first : this.#joined();
    return new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true);
  }

  #joined(): Uint8Array {
    const [only] = this.#chunks;
    if (only !== undefined && this.#chunks.length === 1) return only;
    const whole = new Uint8Array(this.#held);
    let at = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [whole];
    return whole;
  }
}
