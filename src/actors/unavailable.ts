/** What keeps a part of the service from working now. */
export type UnavailableCause =
  /** more work is waiting than is accepted */
  | 'overloaded'
  | 'diskFull'
  /** the file or its file system cannot be written */
  | 'readOnly'
  /** another connection holds the file */
  | 'busy'
  /** reading, writing or syncing failed */
  | 'io'
  /** the file contradicts itself */
  | 'damaged'
  /** the connection was lost in the middle of a write: whether it was kept is not known */
  | 'lost'
  | 'closed';

/** Something that is worth trying again later; everything else that is thrown is a bug. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  constructor(
    readonly reason: UnavailableCause,
    detail: string,
    readonly retryAfterMs: number,
  ) {
    super(detail);
  }
}
