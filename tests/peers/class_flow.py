"""The page's class on the sandbox's `seed` dialect: the page's examples but SSH, then every method and option.

Everything it rents is the same that `ours_class.rs` rents through our client; the two ledgers must agree.
"""

from protocol import Run
from the_class import StandInForParamiko, load

IMAGE = "nvidia/cuda:12.1.0-base-ubuntu22.04"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPeersKeyOfNobodyForAMachineThatIsNotThere0 peers"


def examples(run, CloreClient):
    """The page's examples, in one namespace as the page has them."""
    page = {"__name__": "example"}
    for example in run.told["examples"]:
        title, code = example["title"], example["code"]
        run.rest()  # each example makes a client of its own, which does not know of the last one's request (S39)
        if example["ssh"]:
            # Left out but for what is no SSH: the machine is given back.
            run.step("example SSH: cancel", page["client"].cancel_order, page["order"]["order_id"])
        elif not run.example(f"example {title}", code.replace("your-api-key", run.key), page):
            return page
        if title.startswith("Find and rent"):
            running = page["running"]
            run.step("parse_ssh_connection", CloreClient.parse_ssh_connection, running)
            connect(run, page["client"], running)
    return page


def connect(run, client, running):
    paramiko = StandInForParamiko()
    run.step("connect_ssh password", client.connect_ssh, running, password="MySecurePass123!")
    run.step("connect_ssh key", client.connect_ssh, running, key_path="id_nobody")
    asked = [{key: given for key, given in options.items() if key != "password"} for options in paramiko.asked]
    run.note("connect_ssh asked", "paramiko (a stand-in)", {"policy": paramiko.policy, "asked": asked})


def main():
    run = Run()
    CloreClient = load(run)
    ids = lambda rows: {"count": len(rows), "first": rows[0].get("id", rows[0].get("order_id")) if rows else None}

    page = examples(run, CloreClient)
    run.rest()
    spot = page["order"]["order_id"]
    client = run.step(
        "CloreClient", CloreClient, api_key=run.key, timeout=30, rate_limit=1.1, max_retries=3
    )
    run.step("__enter__", client.__enter__)

    run.step("get_wallets", client.get_wallets)
    run.step("get_balance", client.get_balance, currency="CLORE-Blockchain")
    run.step("get_marketplace", client.get_marketplace, include_rented=False, show=len)
    run.step("get_marketplace rented", client.get_marketplace, include_rented=True, show=len)
    run.step(
        "find_servers", client.find_servers,
        gpu_type="RTX 4090", max_price_usd=0.80, min_reliability=85.0, use_spot=False, show=ids,
    )
    run.step(
        "find_servers spot", client.find_servers,
        gpu_type="RTX", max_price_usd=2.0, min_reliability=50.0, use_spot=True, show=ids,
    )

    run.step("wait_for_order", client.wait_for_order,
             spot, timeout=60, poll_interval=1.0, target_status="running")
    run.step("get_spot_market", client.get_spot_market, page["server"]["id"])
    run.step("set_spot_price", client.set_spot_price, spot, 0.30)

    second = run.step(
        "find_cheapest", client.find_cheapest,
        gpu_type="RTX 3060", max_price_usd=1.5, min_reliability=60.0, use_spot=False,
    )
    run.rest(5)  # the class does not know of the five seconds between two creates (S11)
    placed = run.step(
        "create_order every option", client.create_order,
        second["id"], image="ubuntu:22.04", order_type="on-demand", currency="BTC",
        ports={"22": "tcp", "8888": "http"}, env={"PEER": "class"}, ssh_key=KEY, jupyter_token="tokenoftheclass",
    )
    run.step("get_order", client.get_order, placed["order_id"], show=lambda order: order and order["order_id"])
    run.step("get_orders", client.get_orders, show=ids)
    third = run.step(
        "find_cheapest spot", client.find_cheapest,
        gpu_type="RTX 3080", max_price_usd=1.5, min_reliability=60.0, use_spot=True,
    )
    run.rest(4)
    bid = run.step(
        "create_order spot", client.create_order,
        third["id"], image=IMAGE, order_type="spot", spot_price=1.2, ssh_password="MySecurePass123!",
    )
    run.step("cancel_order", client.cancel_order, placed["order_id"], issue="the peers run is over")
    run.step("cancel_orders", client.cancel_orders, [spot, bid["order_id"]])
    run.step("get_orders completed", client.get_orders, include_completed=True, show=ids)
    run.step("__exit__", client.__exit__, None, None, None)
    run.covered(CloreClient)


if __name__ == "__main__":
    main()
