import { printable } from '../system/printable.ts'
import { refusedBecause, type Teller, told } from './teller.ts'

const suspendRemedy = 'Look at the console of the VM, and check that its guest tools run.'

/** By what stands in the text of an INTERNAL_ERROR, words parted by blanks and in lower case; the first that fits. */
const reasons: readonly (readonly [RegExp, Teller])[] = [
  [
    /vms failed to cooperate|ballooning timeout before migration/,
    refusedBecause(
      'a VM did not give its memory back in time',
      'Set a fixed amount of memory for the VM, or free memory on the hosts, and try again.',
    ),
  ],
  [
    /cannot free this much memory|not enough memory/,
    refusedBecause('the destination cannot free enough memory', 'Choose another destination.'),
  ],
  [
    /failed to acknowledge suspend request|failed to suspend/,
    refusedBecause('the guest did not stop when it was asked to', suspendRemedy),
  ],
  [
    /connection reset|end of file|broken pipe|epipe|econnreset/,
    refusedBecause(
      'the connection between the two hosts broke',
      'Check the network between the hosts and the log of the destination, then try again.',
    ),
  ],
  [
    /failed to contact remote service|connection refused|econnrefused|no route to host/,
    refusedBecause(
      'the destination does not answer the host of the VM',
      'Check the network between the hosts, and that the destination runs.',
    ),
  ],
  [
    /emu manager (failure|exit)|xenguesthelper|xenguest/,
    refusedBecause(
      "the host's program that sends the memory of the VM ended with an error",
      'Try again; if it fails again, look for emu-manager in the logs of both hosts.',
    ),
  ],
]

/** `Xenops_interface.Xenopsd_error([S(Internal_error);S(Connection reset by peer)])` says its reason inside S(...). */
export const tellInternalError: Teller = (error, nameOf) => {
  const text = error.param(0)
  const words = text.replaceAll('_', ' ').toLowerCase()
  const known = reasons.find(([pattern]) => pattern.test(words))
  if (known !== undefined) return known[1](error, nameOf)
  const inner = [...text.matchAll(/S\(([^()]*)\)/g)].at(-1)?.[1] ?? text
  const reason = printable(inner).replaceAll('_', ' ') || 'no reason given'
  return told('refused', `the server met an error of its own (${reason})`, 'Look into the logs of the host.')
}
