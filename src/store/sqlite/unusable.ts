/** Why a data directory cannot be opened. The message is for the person who started the program. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
  constructor(
    readonly code: 'locked' | 'newerSchema' | 'olderSchema' | 'foreignFile' | 'missing',
    message: string,
  ) {
    super(message);
  }
}
