// Peers that take turns, so that what slows the machine down slows all of them.
import { median, startPeer } from './peer.mjs';

/**
 * Times peers in rounds of one turn each.
 *
 * @param peers commands by name, Striate's own as 'striate'
 * @param options.rounds how many turns each has
 * @param options.first how many steps warm it up, and then say how many a turn of `seconds` has (`most` at most)
 * @param options.without told of a peer that cannot be measured, and why
 * @returns a row for each: medians of milliseconds a step, and of its times by Striate's, turn by turn
 */
export async function takeTurns(peers, { rounds, first, most = Infinity, seconds: turn = 1, without }) {
  const running = [];
  for (const [key, [command, args]] of Object.entries(peers)) {
    const peer = await startPeer(command, args);
    if (peer.reason) {
      without(key, peer.reason);
      if (key === 'striate') process.exit(1);
      continue;
    }
    await peer.train(first);
    const { seconds } = await peer.train(first);
    const steps = Math.max(1, Math.min(most, Math.round((first * turn) / seconds)));
    running.push({ key, ...peer, steps, times: [], memory: 0 });
  }
  for (let round = 0; round < rounds; round++) {
    for (const peer of running) {
      const { seconds, memory } = await peer.train(peer.steps);
      peer.times.push((1000 * seconds) / peer.steps);
      peer.memory = memory;
    }
  }
  for (const peer of running) peer.stop();
  const own = running.find(({ key }) => key === 'striate').times;
  return running.map(({ key, name, times, memory }) => ({
    peer: key,
    what: name,
    milliseconds: median(times),
    lowest: Math.min(...times),
    highest: Math.max(...times),
    striateIs: median(times.map((time, round) => time / own[round])),
    memory,
  }));
}
