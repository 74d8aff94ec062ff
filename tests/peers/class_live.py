"""The page's class on the sandbox's `live` dialect, the API as it is: what fails, loudly or quietly.

Each step's name is a key of the table in `rows.rs`, which says which known fault it shows.
"""

from protocol import Run
from the_class import StandInForParamiko, load

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPeersKeyOfNobodyForAMachineThatIsNotThere0 peers"
BETWEEN_CREATES = 5.2


def main():
    run = Run()
    CloreClient = load(run)
    client = CloreClient(api_key=run.key)

    run.step("get_wallets", client.get_wallets)
    run.step("get_balance", client.get_balance)
    run.step("get_balance BTC", client.get_balance, "BTC")
    run.step("get_balance Blockchain", client.get_balance, "Blockchain")
    run.rest()
    run.example("example find and rent", example(run, "Find and rent"), {"__name__": "example"})
    run.rest()
    market = client.get_marketplace()
    run.step("find_servers RTX 3060", client.find_servers, gpu_type="RTX 3060",
             show=lambda rows: sorted({gpu for row in rows for gpu in row["gpu_array"]}))
    run.step("find_servers price", client.find_servers, gpu_type="RTX 4090", max_price_usd=0.80, show=len)
    free = sorted((row for row in market if "RTX 4090" in row["gpu_array"][0] and not row.get("gigaspot")),
                  key=lambda row: row["price"]["usd"]["on_demand_clore"])
    first, second, third, fourth, fifth = (row["id"] for row in free[:5])

    placed = run.step("create_order", client.create_order, first, ssh_password="MySecurePass123!")
    run.step("order_id of the answer", order_id_of, placed)
    order = run.last_order()
    run.step("get_order", client.get_order, order)
    run.step("wait_for_order", client.wait_for_order, order, timeout=4, poll_interval=1.0)
    run.step("wait_for_order timeout", client.wait_for_order, order, timeout=1, poll_interval=4.0)
    rows = run.step("get_orders", client.get_orders, show=len)
    run.step("parse_ssh_connection", client.parse_ssh_connection, rows[0])
    for text in ("ssh root@h -p abc", "ssh -p 22 root@h", "ssh -oProxyCommand=id@x;cmd"):
        run.step(f"parse {text}", client.parse_ssh_connection, {"connection": {"ssh": text}})
    paramiko = StandInForParamiko()
    client.connect_ssh({"connection": {"ssh": "ssh root@h -p 7"}}, password="MySecurePass123!")
    run.note("connect_ssh policy", "connect_ssh(…)", paramiko.policy)

    run.step("spot as documented", client.create_order, second, order_type="spot", spot_price=0.25)
    run.rest(BETWEEN_CREATES)
    run.step("spot without a price", client.create_order, second, order_type="spot")
    run.rest(BETWEEN_CREATES)
    run.step("create with empty options", client.create_order, second, ports={}, env={}, spot_price=9.0)
    bare = run.last_order()
    run.rest(BETWEEN_CREATES)
    run.step("create with key and password", client.create_order, third, ssh_key=KEY, ssh_password="GoodPassword1")
    both = run.last_order()
    run.step("cancel_order long issue", client.cancel_order, bare, issue="x" * 3000)
    run.step("cancel_order again", client.cancel_order, bare)
    run.step("cancel_orders", client.cancel_orders, [1, both])
    run.rest(BETWEEN_CREATES)
    run.step("spot in coin per day", client.create_order, fourth, order_type="spot", spot_price=5000.0)
    run.step("set_spot_price", client.set_spot_price, run.last_order(), 0.01)
    run.step("get_spot_market", client.get_spot_market, fourth, show=lambda answer: sorted(answer))
    run.rest(BETWEEN_CREATES)
    run.fault("create_order#1=delay:2")
    hasty = CloreClient(api_key=run.key, timeout=1)
    run.step("create slow", hasty.create_order, fifth, ssh_password="MySecurePass123!")
    run.say(over=True)


def example(run, title):
    found = next(example for example in run.told["examples"] if example["title"].startswith(title))
    return found["code"].replace("your-api-key", run.key)


def order_id_of(answer):
    """As the page's example takes it."""
    return answer["order_id"]


if __name__ == "__main__":
    main()
