"""The page's class against lost answers, odd rows and bad settings. Each step's name is a key of `rows.rs`."""

import threading

from protocol import Run
from the_class import load


def main():
    run = Run()
    CloreClient = load(run)
    client = CloreClient(api_key=run.key)
    free = [row for row in client.get_marketplace() if not row.get("gigaspot")]
    run.rest(5)

    run.fault("create_order#1=lose")
    run.step("create lost", client.create_order, free[0]["id"])
    run.rest(5)
    run.step("create before", client.create_order, free[1]["id"])
    run.step("create in a row", client.create_order, free[2]["id"])
    run.rest()
    run.fault("cancel_order#1=garbage")
    run.step("cancel garbled", client.cancel_order, run.last_order())
    run.step("after a retry", client.get_orders, show=len)
    run.rest()
    run.fault("marketplace#1=odd:all")
    run.step("market with an odd row", client.find_servers, gpu_type="RTX 4090", min_reliability=1.0, show=len)
    run.fault("wallets=status:401")
    run.step("status 401", client.get_wallets)
    run.fault(f"cancel_orders#1=redirect:{run.url.replace('127.0.0.1', 'localhost')}/v1/cancel_orders")
    run.step("redirect", client.cancel_orders, [run.last_order()])
    run.step("max_retries 0", CloreClient(api_key=run.key, max_retries=0).get_orders)
    run.step("key with a line end", CloreClient(api_key="SECRETKEY\nX").get_orders)
    run.rest()
    run.step("threads", at_once, client.get_orders)
    run.rest(3)
    two = [CloreClient(api_key=run.key).get_orders for _ in range(2)]
    run.step("two clients", one_after_the_other, *two)
    run.say(over=True)


def at_once(call):
    threads = [threading.Thread(target=call) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def one_after_the_other(first, second):
    first()
    second()


if __name__ == "__main__":
    main()
