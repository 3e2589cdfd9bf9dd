/** The same type with `undefined` allowed where a name may be missing: what a schema with optional fields gives. */
export type Loose<T> = T extends readonly (infer I)[]
  ? readonly Loose<I>[]
  : T extends string | number | boolean | null
    ? T
    : T extends object
      ? { readonly [K in keyof T]: object extends Pick<T, K> ? Loose<Exclude<T[K], undefined>> | undefined : Loose<T[K]> }
      : T;
