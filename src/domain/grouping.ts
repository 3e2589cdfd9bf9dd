/** The items by what `of` gives for them, groups and items in the order in which they come. */
export function grouped<Key, Item>(items: Iterable<Item>, of: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) addToGroup(groups, of(item), item);
  return groups;
}

/** Puts an item at the end of its group, which begins with it where there is none. */
export function addToGroup<Key, Item>(groups: Map<Key, Item[]>, key: Key, item: Item): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
}
