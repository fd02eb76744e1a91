"""The streaming methods of the Echo service by grpcio."""

import threading
import time

from echo import Failure


class Cancellations:
    """Counts the calls that were over before they ended."""

    def __init__(self):
        self.lock, self.observed = threading.Lock(), 0

    def watch(self, context):
        """What to call at the call's end."""
        ended = threading.Event()
        context.add_callback(lambda: ended.is_set() or self.add())
        return ended.set

    def add(self):
        with self.lock:
            self.observed += 1


def add(pb2, servicer, abort):
    """Adds them to a servicer; `abort(failure, context)` ends a call."""
    cancellations = Cancellations()

    def count(request, context):
        end = cancellations.watch(context)
        context.set_trailing_metadata((("x-counted", str(request.n)),))
        for number in range(request.n):
            if number and request.interval_millis:
                time.sleep(request.interval_millis / 1000)
            yield pb2.EchoCountResponse(result=number)
        end()

    def collect(requests, context):
        total = 0
        for request in requests:
            total += request.values
            if total >= 2**64:
                abort(Failure("OUT_OF_RANGE", "the sum is beyond 64 bits"), context)
        return pb2.EchoCollectResponse(result=total)

    def chat(requests, context):
        end = cancellations.watch(context)
        for request in requests:
            yield pb2.EchoChatResponse(result=request.lines.upper())
        end()

    def fail_after(request, context):
        for number in range(request.n):
            yield pb2.EchoFailAfterResponse(result=number)
        typed = {"type": "polyrpc.conformance.v1.EchoError", "value": {"Typed": {"id": request.n}}}
        abort(Failure("NOT_FOUND", f"nothing has the id {request.n}", [typed]), context)

    def observed(request, context):
        return pb2.EchoObservedCancellationsResponse(result=cancellations.observed)

    servicer.Count, servicer.Collect, servicer.Chat, servicer.FailAfter = count, collect, chat, fail_after
    servicer.ObservedCancellations = observed
