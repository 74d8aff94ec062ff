"""The official SDK on the sandbox's `official` dialect, sync or async: every method and every option.

Everything it rents is the same that `ours_sdk.rs` rents through our client; the two ledgers must agree.
"""

import sys

from clore_ai import AsyncCloreAI, CloreAI

from protocol import Run, run_async

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPeersKeyOfNobodyForAMachineThatIsNotThere0 peers"


def own_price(server, coin):
    """The listed price in a coin, per day."""
    return getattr(server.price.on_demand, coin)


async def main(peer):
    run = Run()
    # The page's own example gives no address: it must not reach the live service.
    CloreAI.BASE_URL = AsyncCloreAI.BASE_URL = f"{run.url}/v1"
    asynchronous = peer is AsyncCloreAI
    step = run.step_async
    ids = lambda rows: {"count": len(rows), "first": rows[0].id if rows else None}
    one = lambda order: order.model_dump(by_alias=True, exclude_none=True)

    if not asynchronous:
        for example in run.told["examples"]:
            run.example(f"example {example['title']}", example["code"], {"__name__": "example"})
        run.rest()
    client = run.step(
        peer.__name__, peer, api_key=run.key, base_url=f"{run.url}/v1", timeout=30.0, max_retries=3
    )
    await step("enter", client.__aenter__ if asynchronous else client.__enter__)
    await step("wallets", client.wallets)
    await step("marketplace", client.marketplace, show=len)
    await step("marketplace rented", client.marketplace, available_only=False, show=len)
    fitting = await step(
        "marketplace every option", client.marketplace,
        gpu="RTX 4090", min_gpu_count=1, min_ram_gb=4.0, max_price_usd=19.2, available_only=True, show=ids,
    )
    first = min(fitting, key=lambda server: (server.price_usd, server.id))

    placed = await step(
        "create_order", client.create_order,
        server_id=first.id, image="cloreai/ubuntu22.04-cuda12", type="on-demand", currency="USD-Blockchain",
        ssh_password="MySecurePass123!", ports={"22": "tcp", "8888": "http"}, env={"PEER": "sdk"},
        jupyter_token="tokenofthesdk", command="#!/bin/sh\ntrue\n",
        required_price=own_price(first, "USD_Blockchain"), autossh_entrypoint="true", show=one,
    )
    for _ in range(20):
        orders = await step("my_orders", client.my_orders, show=lambda rows: [row.status for row in rows])
        if any(order.status == "running" for order in orders if order.id == placed.id):
            break
    running = next(order for order in orders if order.id == placed.id)
    run.note("ready", "Order", {
        "status": running.status, "host": running.pub_cluster, "ports": running.tcp_ports, "http": running.http_port,
    })

    others = await step("marketplace other", client.marketplace, gpu="RTX 3060", min_gpu_count=2, show=ids)
    second = min(others, key=lambda server: (server.price.usd.on_demand_clore, server.id))
    bid = round(second.price.spot.CLORE_Blockchain + 1.0, 4)
    await step("spot_marketplace", client.spot_marketplace, second.id)
    spot = await step(
        "create_order spot", client.create_order,
        server_id=second.id, image="ubuntu:22.04", type="spot", currency="CLORE-Blockchain",
        ssh_key=KEY, spot_price=bid, show=one,
    )
    await step("set_spot_price", client.set_spot_price, spot.id, round(bid + 1.0, 4))
    await step("cancel_order", client.cancel_order, placed.id, issue="the peers run is over")
    await step("cancel_order spot", client.cancel_order, spot.id)
    await step("my_orders completed", client.my_orders, include_completed=True,
               show=lambda rows: {row.id: row.status for row in rows})

    hosted = await step("my_servers", client.my_servers, show=lambda rows: [row.name for row in rows])
    name = next(server.name for server in hosted if server.connected)
    await step("server_config", client.server_config, name, show=lambda config: {
        "id": config.id, "name": config.name, "mrl": config.mrl,
    })
    await step(
        "set_server_settings", client.set_server_settings,
        name, availability=True, mrl=96, on_demand=0.00012, spot=0.0001,
    )
    await step("server_config after", client.server_config, name, show=lambda config: {
        "mrl": config.mrl, "pricing": config.pricing, "spot_pricing": config.spot_pricing,
    })
    await step("close", client.close)
    again = run.step(peer.__name__, peer, api_key=run.key, base_url=f"{run.url}/v1", timeout=30.0, max_retries=3)
    leave = again.__aexit__ if asynchronous else again.__exit__
    await step("exit", leave, None, None, None)
    run.covered(peer)


if __name__ == "__main__":
    run_async(main(AsyncCloreAI if "async" in sys.argv[1:] else CloreAI))
