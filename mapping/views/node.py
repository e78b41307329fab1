from django.http import HttpResponse
def node(request, uuid): return HttpResponse(str(uuid))
