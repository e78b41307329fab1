from django.http import HttpResponse
def network(request, place, page=None): return HttpResponse(place.name)
