// Threefry-2x32, 20 rounds: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011.

fn rotate(x: u32, by: u32) -> u32 {
  return (x << by) | (x >> (32u - by));
}

fn threefry(key: vec2u, counter: vec2u) -> vec2u {
  let schedule = array<u32, 3>(key.x, key.y, 0x1bd11bdau ^ key.x ^ key.y);
  let turns = array<u32, 8>(13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);
  var x = counter + key;
  for (var round = 0u; round < 20u; round++) {
    x.x += x.y;
    x.y = rotate(x.y, turns[round % 8u]) ^ x.x;
    if (round % 4u == 3u) {
      let s = round / 4u + 1u;
      x.x += schedule[s % 3u];
      x.y += schedule[(s + 1u) % 3u] + s;
    }
  }
  return x;
}
