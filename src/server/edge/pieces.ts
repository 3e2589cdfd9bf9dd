/** How much waits for a client that reads slowly. */
const PIECE_BYTES = 65_536;

/** Bytes in pieces, as fast as they are taken. `onEnd` is called once: when all are taken, or nobody wants more. */
export function inPieces(bytes: Uint8Array<ArrayBuffer>, onEnd: () => void): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        controller.enqueue(bytes.subarray(at, at + PIECE_BYTES));
        at += PIECE_BYTES;
        if (at < bytes.byteLength) return;
        controller.close();
        onEnd();
      },
      cancel: onEnd,
    },
    { highWaterMark: 0 },
  );
}
