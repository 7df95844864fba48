// A whole Bluesky network on this machine, for as long as standard input is open. Says when it is ready.
import { TestNetwork } from '@atproto/dev-env'

const ports = JSON.parse(process.env.PEER_PORTS)
const network = await TestNetwork.create({
  plc: { port: ports.plc },
  pds: { port: ports.pds },
  bsky: { port: ports.bsky, dbPostgresSchema: 'care' },
  ozone: { port: ports.ozone, dbPostgresSchema: 'ozone' },
})
console.log(`READY ${network.pds.url}`)
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
