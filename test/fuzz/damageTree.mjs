// Damage to what a file says: JSON, decoded protobuf messages, groups of HDF5. The result is sound as a file, and wrong.

const numbers = [
  0,
  1,
  2,
  3,
  5,
  7,
  16,
  255,
  256,
  1000,
  65535,
  65536,
  1e5,
  1e6,
  1e9,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 33,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 62,
  1e18,
  1e300,
  0.5,
  1.5,
  1e-30,
  -0.5,
  -1,
  -2,
  -16,
  -(2 ** 31),
  -(2 ** 53),
];

const texts = [
  '',
  ' ',
  'x',
  'relu',
  'same',
  'channels_first',
  '__proto__',
  'constructor',
  'toString',
  '../x',
  '\0',
  '✓',
  'float64',
];

const anything = (random) =>
  random.pick([
    () => null,
    () => random.pick(numbers),
    () => random.pick(texts),
    () => random.chance(0.5),
    () => [],
    () => ({}),
    () => [random.pick(numbers), random.pick(numbers)],
    () => [null, random.pick(numbers), random.pick(numbers), random.pick(numbers)],
    () => ({ class_name: random.pick(texts), config: {} }),
    () => 'y'.repeat(random.pick([100, 5000])),
    () => nested(random.pick([20, 200, 3000])),
  ])();

/** Lists within lists. */
const nested = (depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

const isList = (value) => Array.isArray(value);
const isObject = (value) => typeof value === 'object' && value !== null && !isList(value) && !ArrayBuffer.isView(value);

/** Every place of a tree: what holds it, and under which key. Trees may be deeper than calls can be. */
function placesIn(tree) {
  const places = [];
  const waiting = [{ holder: { tree }, key: 'tree', depth: 0 }];
  for (let place = waiting.pop(); place; place = waiting.pop()) {
    places.push(place);
    const value = place.holder[place.key];
    const keys = isList(value) ? value.map((_, i) => i) : isObject(value) ? Object.keys(value) : [];
    for (const key of keys.reverse()) waiting.push({ holder: value, key, depth: place.depth + 1 });
  }
  return places;
}

function newNumber(value, random) {
  return random.pick([
    () => value + 1,
    () => value - 1,
    () => -value,
    () => value * 2,
    () => value * 1000,
    () => random.between(0, 12),
    () => random.pick(numbers),
  ])();
}

function newText(value, random, pool) {
  // JSON within JSON: models in the metadata of weights.
  if (/^[[{]/.test(value) && random.chance(0.9)) {
    try {
      return JSON.stringify(damagedTree(JSON.parse(value), random));
    } catch {
      return value.slice(1);
    }
  }
  return random.pick([
    () => random.pick(texts),
    () => random.pick(pool),
    () => random.pick(pool),
    () => value + 'x',
    () => value.slice(0, random.below(value.length + 1)),
    () => value.toUpperCase(),
  ])();
}

function newList(list, random) {
  if (list.length === 0) return [random.pick(numbers)];
  const at = random.below(list.length);
  return random.pick([
    () => list.toSpliced(at, 1),
    () => list.toSpliced(at, 0, list[random.below(list.length)]),
    () => list.toReversed(),
    () => list.with(at, list[random.below(list.length)]),
    () => [],
    () => list.slice(0, at),
    () => [...list, ...list],
  ])();
}

/**
 * A copy of a tree, changed in one to three places.
 *
 * @param sameKinds numbers stay numbers and texts texts, for what has to be written in a binary form
 */
export function damagedTree(tree, random, sameKinds = false) {
  const root = { tree: structuredClone(tree) };
  for (let n = random.pick([1, 1, 1, 2, 3]); n > 0; n--) changeOne(root, random, sameKinds);
  return root.tree;
}

function changeOne(root, random, sameKinds) {
  const places = placesIn(root.tree);
  // Where a list of places is long, weights' numbers would be changed and nothing else.
  const place = random.pick(places);
  const holder = place.depth === 0 ? root : place.holder;
  const { key } = place;
  const value = holder[key];
  const pool = places
    .map((other) => other.holder[other.key])
    .filter((other) => typeof other === 'string' && other.length < 200);
  if (!sameKinds && random.chance(0.3)) {
    if (random.chance(0.3) && !isList(holder)) Reflect.deleteProperty(holder, key);
    else if (random.chance(0.3))
      holder[key] = structuredClone(random.pick(places.slice(1).map((other) => other.holder[other.key])) ?? null);
    else holder[key] = anything(random);
    if (place.depth === 0 && holder[key] === undefined) holder[key] = null;
  } else if (typeof value === 'number') holder[key] = newNumber(value, random);
  else if (typeof value === 'string') holder[key] = newText(value, random, pool.length ? pool : texts);
  else if (typeof value === 'boolean') holder[key] = !value;
  else if (isList(value)) holder[key] = newList(value, random);
  else if (ArrayBuffer.isView(value)) holder[key] = value.slice(0, random.below(value.length + 1));
  else if (isObject(value) && place.depth > 0) {
    const keys = Object.keys(value);
    const key = random.pick(keys);
    if (keys.length === 0) return;
    // Renamed: as an own property, also where the name is one that all objects have.
    if (random.chance(0.3)) {
      const name = random.pick([...keys, '__proto__', 'constructor', 'x']);
      Object.defineProperty(value, name, { value: value[key], enumerable: true, configurable: true, writable: true });
    }
    Reflect.deleteProperty(value, key);
  }
}
