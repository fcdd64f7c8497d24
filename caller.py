from shop_client import Client

def pay(client: Client) -> None:
    order = client.create_order(body={"total": {"amount": 129.5, "currency": "NOK"}})
    print(client.get_order(id=order["id"])["state"])
